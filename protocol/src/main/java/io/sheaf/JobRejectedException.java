package io.sheaf;

/** The cluster did not take the job, or cannot run it; the message says why and what to change. */
public final class JobRejectedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message why, and what to change */
    public JobRejectedException(String message) {
        super(message);
    }
}
