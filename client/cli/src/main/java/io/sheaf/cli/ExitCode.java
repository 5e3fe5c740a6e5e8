package io.sheaf.cli;

/** What the command line tells whoever started it. */
enum ExitCode {
    SUCCEEDED(0, "All items succeeded"),
    ITEMS_FAILED(1, "Some items failed"),
    USAGE(2, "The command line makes no sense"),
    NOT_FOUND(3, "There is no such job, item or worker"),
    NOT_ALLOWED(4, "Not authenticated, or not allowed"),
    UNREACHABLE(5, "The coordinator was not reached"),
    STILL_RUNNING(6, "`wait --timeout` has passed and the job still runs"),
    CANCELLED(7, "The job was cancelled"),
    REJECTED(8, "The job was rejected, or can run nowhere"),
    INTERRUPTED(130, "Interrupted, or told to end: `map` has cancelled its job");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    /** For people. */
    String meaning() {
        return meaning;
    }

    int code() {
        return code;
    }
}
