package io.sheaf;

/** The item ended every process that ran it; the message is the report of these deaths. */
public final class WorkerLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param report host, process, exit code or signal and last lines of stderr of each death, one per line */
    public WorkerLostException(String report) {
        super(report);
    }
}
