package io.sheaf;

/** The cause of a {@link TaskFailedException} for an item that ran longer than its job's {@code timeout} and was stopped. */
public final class TaskTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message how long the item may run */
    public TaskTimeoutException(String message) {
        super(message);
    }
}
