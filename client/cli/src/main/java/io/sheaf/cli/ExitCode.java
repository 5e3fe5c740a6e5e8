package io.sheaf.cli;

/** What the command line tells whoever started it. */
enum ExitCode {
    /** All items succeeded. */
    SUCCEEDED(0),
    /** Some items failed. */
    ITEMS_FAILED(1),
    /** The command line makes no sense. */
    USAGE(2),
    /** There is no such job, item or worker. */
    NOT_FOUND(3),
    /** Not authenticated, or not allowed. */
    NOT_ALLOWED(4),
    /** The coordinator was not reached. */
    UNREACHABLE(5),
    /** {@code wait --timeout} has passed and the job still runs. */
    STILL_RUNNING(6),
    /** The job was cancelled. */
    CANCELLED(7),
    /** The job was rejected, or can run nowhere. */
    REJECTED(8),
    /** Interrupted. */
    INTERRUPTED(130);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
