package io.sheaf;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Results as they become available, lazily. Reading drives the job: items are read at most
 * {@link JobOptions#window()} ahead of the oldest result that was not read.
 *
 * <p>For one thread at a time. {@link #close()} may be called from any thread.
 *
 * @param <R> the result
 */
public interface ResultStream<R> extends Iterator<R>, AutoCloseable {

    /**
     * Waits until there is a further result or the job has ended.
     *
     * @return false when every result was read
     * @throws java.util.concurrent.CancellationException when interrupted; the job is cancelled
     */
    @Override
    boolean hasNext();

    /**
     * The next result.
     *
     * @throws TaskFailedException when that item failed; iteration may go on after it
     * @throws NoSuchElementException when every result was read
     * @throws ClusterUnreachableException when the connection to the cluster was lost
     */
    @Override
    R next();

    /** Cancels what has not run yet, at once. Does nothing when the job has ended. */
    @Override
    void close();

    /**
     * The remaining results as a sequential stream; closing it closes this.
     *
     * @return a stream that takes what {@link #next} would give
     */
    default Stream<R> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false)
                .onClose(this::close);
    }
}
