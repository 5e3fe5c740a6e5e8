package io.sheaf;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * Runs functions over items in other processes: on this machine ({@link #processes}) or on a cluster
 * ({@link #connect}). The same program behaves the same on both.
 *
 * <pre>{@code
 * try (Pool pool = Pool.processes(3)) {
 *   List<Summary> all = pool.map(Summary::of, files);
 * }
 * }</pre>
 *
 * <p>A pool is safe for use by many threads. Interrupting a thread that waits in one of its methods cancels that
 * call's job, restores the interrupt flag and throws {@link java.util.concurrent.CancellationException}. After
 * {@link #close()} every method that takes work throws {@link java.util.concurrent.RejectedExecutionException}.
 */
public interface Pool extends ExecutorService, AutoCloseable {

    /**
     * A pool of worker processes on this machine, one core each, gone when the pool is closed or this JVM ends,
     * however it ends.
     *
     * @param processes how many, at least 1
     * @throws IllegalArgumentException when fewer than 1
     * @throws ClusterUnreachableException when the processes cannot be started; the message says why
     */
    static Pool processes(int processes) {
        if (processes < 1) {
            throw new IllegalArgumentException(
                    "A pool needs at least 1 process, but " + processes + " were asked for; use Pool.processes(1)");
        }
        return PoolProvider.installed().processes(processes);
    }

    /**
     * A pool on the cluster named by the environment variable {@code SHEAF_CLUSTER}, else
     * {@code http://127.0.0.1:8520}.
     *
     * @throws ClusterUnreachableException when no coordinator answers there
     */
    static Pool connect() {
        String url = System.getenv("SHEAF_CLUSTER");
        return connect(url == null || url.isBlank() ? "http://127.0.0.1:8520" : url);
    }

    /**
     * A pool on a running cluster. The access token is read from {@code SHEAF_TOKEN}, else from
     * {@code ~/.sheaf/token}, where there is one.
     *
     * <p>Jobs outlive a lost connection, and a coordinator that is started again: what has no result is sent again. So an
     * item may be run more than once, though its result comes once. For how long that is tried, and how to say so,
     * {@link ClusterUnreachableException} tells.
     *
     * @param url the coordinator's address, {@code http://HOST[:PORT]}, port 8520 unless given
     * @throws IllegalArgumentException when this is no such address
     * @throws ClusterUnreachableException when no coordinator answers there
     */
    static Pool connect(String url) {
        return PoolProvider.installed().connect(url);
    }

    /**
     * Applies the function to every item and waits for all.
     *
     * @return the results in the order of the items; a mutable list that is the caller's
     * @throws TaskFailedException on the first failure; what has not started is cancelled
     * @throws IllegalArgumentException when the function or an item cannot be serialized
     */
    <T, R> List<R> map(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * Applies the function to items as results are read; results come in the order of the items. Endless iterables
     * work.
     *
     * @throws IllegalArgumentException when the function cannot be serialized; an item that cannot be is thrown by
     *     {@link ResultStream#next()}, as is what the iterator throws
     */
    <T, R> ResultStream<R> imap(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /** As {@link #imap}, but results come as they finish, fastest first. */
    <T, R> ResultStream<R> imapUnordered(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * As {@link #map}, without waiting. Cancelling the future cancels the job; a failure completes it exceptionally
     * with {@link TaskFailedException}. Items are read in the caller's thread before this returns.
     */
    <T, R> CompletableFuture<List<R>> mapAsync(
            RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * Runs one call.
     *
     * @return completes with its result, or exceptionally with {@link TaskFailedException}; cancelling it stops the call
     *     itself
     * @throws IllegalArgumentException when the call cannot be serialized
     */
    <R> CompletableFuture<R> submit(RemoteCallable<R> task);

    /** Runs one action; as {@link #submit(RemoteCallable)}, completing with null. */
    CompletableFuture<?> submit(RemoteRunnable task);

    /** As {@link #submit(RemoteCallable)}; the task must be serializable all the same. */
    @Override
    <T> CompletableFuture<T> submit(Callable<T> task);

    /** As {@link #submit(RemoteRunnable)}; the task must be serializable all the same. */
    @Override
    CompletableFuture<?> submit(Runnable task);

    /** As {@link #submit(RemoteRunnable)}, completing with the given value, which stays in this JVM. */
    @Override
    <T> CompletableFuture<T> submit(Runnable task, T result);

    /**
     * The same pool under other defaults, for all that is given to the pool returned; closing either closes both. What
     * the options say of items they say of calls, too.
     */
    Pool with(JobOptions options);

    /**
     * Takes no further work, waits for what runs, then ends the pool and, for {@link #processes}, its processes.
     * Interrupted, it cancels what runs.
     *
     * <p>Streams that were not read to their end do not hold it up: their items are read on for a second at most, and
     * only as far as their window has room. What has run by then can still be read; after it, {@link ResultStream#next}
     * throws {@link java.util.concurrent.CancellationException} when items were left. Called by what hangs on a future of
     * this pool, it returns at once, and the end follows.
     */
    @Override
    void close();
}
