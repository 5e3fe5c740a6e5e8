package io.sheaf.protocol.job;

/**
 * The failure of one item.
 *
 * @param index the item, from 0
 * @param attempts how often it was started
 * @param worker the worker of the last attempt
 * @param failure why
 * @param nanos for how long the last attempt ran; 0 when that is not known
 */
public record ItemFailure(long index, int attempts, WorkerId worker, Failure failure, long nanos) {
    /** A failure of an item of which nobody knows for how long it ran, if it ever did. */
    public ItemFailure(long index, int attempts, WorkerId worker, Failure failure) {
        this(index, attempts, worker, failure, 0);
    }
}
