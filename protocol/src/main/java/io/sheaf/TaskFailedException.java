package io.sheaf;

/**
 * An item failed. The {@linkplain #getCause() cause} is the exception that the task threw, with the remote stack
 * joined to the caller's, or a {@link RemoteTaskException} where that exception cannot be rebuilt here, or a
 * {@link WorkerLostException} where the item kept ending its processes, or a {@link TaskTimeoutException} where it ran
 * too long.
 */
public final class TaskFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long itemIndex;
    private final int attempts;
    private final String worker;

    /**
     * @param message what happened, to which item, where
     * @param cause what the task threw
     * @param itemIndex the item's position in the sequence given to the pool, from 0
     * @param attempts how often the item was started, at least 1
     * @param worker the worker that ran the last attempt
     */
    public TaskFailedException(String message, Throwable cause, long itemIndex, int attempts, String worker) {
        super(message, cause);
        this.itemIndex = itemIndex;
        this.attempts = attempts;
        this.worker = worker;
    }

    /**
     * The item's position in the sequence given to the pool, from 0.
     *
     * @return an index from 0
     */
    public long itemIndex() {
        return itemIndex;
    }

    /**
     * How often the item was started, at least 1.
     *
     * @return a number of attempts
     */
    public int attempts() {
        return attempts;
    }

    /**
     * The worker that ran the last attempt.
     *
     * @return its name, as {@code sheaf workers} shows it
     */
    public String worker() {
        return worker;
    }
}
