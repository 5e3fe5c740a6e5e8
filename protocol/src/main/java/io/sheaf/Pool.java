package io.sheaf;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/**
 * Runs functions over items in threads of this JVM ({@link #threads}), in other processes on this machine
 * ({@link #processes}) or on a cluster ({@link #connect}). The same program behaves the same on all three, but for what
 * is said at {@link #threads}.
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
 *
 * <p>Code that was written for {@code Executors.newFixedThreadPool} runs on a pool when its tasks are serializable. All
 * threads of a pool are daemons, but after {@link #shutdown()} this JVM does not end before the calls that were
 * submitted have. One that a program drops without closing it is complained of on standard error.
 */
public interface Pool extends ExecutorService, AutoCloseable {

    /**
     * A pool of daemon threads of this JVM, for work that waits and for debugging with breakpoints. It differs from
     * others where there is no other process:
     *
     * <ul>
     *   <li>Nothing is serialized: functions, items and results are the caller's own objects, which a task may change,
     *       and which need not be serializable. Exceptions arrive as they were thrown.
     *   <li>Nothing can be killed. Who cancels, or a {@linkplain JobOptions#timeout() timeout}, interrupts the task; one
     *       that ignores that for 2 s is left behind: it goes on in its thread, another thread takes its place, and what
     *       it returns is dropped. {@code System.exit}, a full heap or a crash ends this JVM.
     *   <li>The {@linkplain JobOptions#initializer() initializer} runs once for each job.
     *   <li>{@link JobOptions#requires()}, {@link JobOptions#maxTasksPerProcess()}, {@link JobOptions#speculative()} and
     *       {@link JobOptions#chunkSize()} have no meaning; a {@linkplain JobOptions#durable() durable} job is refused.
     *   <li>With {@link Workload#IO}, 10,000 items run at a time where the JVM has virtual threads, else 512, or as many
     *       as there are threads if these are more; 10,000 whose functions have returned a
     *       {@link java.util.concurrent.CompletionStage}, which hold no thread.
     *   <li>A task that waits in a method of a pool gives its thread's place to others, so tasks may use the pool that
     *       runs them.
     * </ul>
     *
     * @param threads how many items run at once, at least 1
     * @return a pool, to be closed
     * @throws IllegalArgumentException when fewer than 1
     */
    static Pool threads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "A pool needs at least 1 thread, but " + threads + " were asked for; use Pool.threads(1)");
        }
        return PoolProvider.installed().threads(threads);
    }

    /**
     * A pool of worker processes on this machine, one core each, gone when the pool is closed or this JVM ends,
     * however it ends.
     *
     * @param processes how many, at least 1
     * @return a pool, to be closed
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
     * @return a pool, to be closed
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
     * @return a pool, to be closed
     * @throws IllegalArgumentException when this is no such address
     * @throws ClusterUnreachableException when no coordinator answers there
     */
    static Pool connect(String url) {
        return PoolProvider.installed().connect(url);
    }

    /**
     * Applies the function to every item and waits for all.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @return the results in the order of the items; a mutable list that is the caller's
     * @throws TaskFailedException on the first failure; what has not started is cancelled
     * @throws IllegalArgumentException when the function or an item cannot be serialized
     */
    <T, R> List<R> map(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * Applies the function to items as results are read; results come in the order of the items. Endless iterables
     * work.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @return the results, to be read to their end or closed
     * @throws IllegalArgumentException when the function cannot be serialized; an item that cannot be is thrown by
     *     {@link ResultStream#next()}, as is what the iterator throws
     */
    <T, R> ResultStream<R> imap(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * As {@link #imap}, but results come as they finish, fastest first.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @return the results, to be read to their end or closed
     */
    <T, R> ResultStream<R> imapUnordered(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * As {@link #map}, without waiting. Cancelling the future cancels the job; a failure completes it exceptionally
     * with {@link TaskFailedException}. Items are read in the caller's thread before this returns.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @return completes with the results in the order of the items
     */
    <T, R> CompletableFuture<List<R>> mapAsync(
            RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * As {@link #map} over two sequences in step, up to the end of the shorter one.
     *
     * @param <A> the first argument
     * @param <B> the second argument
     * @param <R> the result
     * @param function is applied to each pair, in other processes
     * @param firsts give the function's first argument
     * @param seconds give its second argument
     * @return the results in the order of the items; a mutable list that is the caller's
     */
    <A, B, R> List<R> starmap(
            RemoteBiFunction<? super A, ? super B, ? extends R> function,
            Iterable<? extends A> firsts,
            Iterable<? extends B> seconds);

    /**
     * Applies the function to every item and combines the results, without keeping them: workers combine those of
     * neighbouring items, and the caller's thread what comes of that, always in the order of the items. How many items
     * make a batch is found from how long they take, about 50 ms for each batch, and a list is spread over all slots
     * whatever its length; {@link JobOptions#chunkSize()} is an upper bound. Each item is a batch of its own where the options have a
     * timeout, retries or a life of processes, which are for each item.
     *
     * <p>Items are read as results come, in a thread of the pool; endless ones never give a result.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @param combiner is associative; it gets results in the order of their items, in a worker or here
     * @return what is left of all results; empty when there were no items
     * @throws TaskFailedException on the first failure of an item or of the combiner; what has not started is cancelled
     * @throws NullPointerException when what is left of all results is null
     * @throws IllegalArgumentException when the function, the combiner or an item cannot be serialized
     */
    <T, R> Optional<R> mapReduce(
            RemoteFunction<? super T, ? extends R> function,
            RemoteBinaryOperator<R> combiner,
            Iterable<? extends T> items);

    /**
     * Applies the function to every item, whatever becomes of others, and waits for all.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function is applied to each item, in other processes
     * @param items the items, read once
     * @return how each item ended, in the order of the items; a mutable list that is the caller's
     * @throws IllegalArgumentException when the function or an item cannot be serialized
     */
    <T, R> List<Outcome<R>> mapOutcomes(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items);

    /**
     * Runs one call.
     *
     * @param <R> the result
     * @param task is called in another process
     * @return completes with its result, or exceptionally with {@link TaskFailedException}; cancelling it stops the call
     *     itself
     * @throws IllegalArgumentException when the call cannot be serialized
     */
    <R> CompletableFuture<R> submit(RemoteCallable<R> task);

    /**
     * Runs one action; as {@link #submit(RemoteCallable)}, completing with null.
     *
     * @param task is run in another process
     * @return completes with null once it has run
     */
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
     * As {@link #submit(RemoteRunnable)}, without a future: what it throws is told to the handler of uncaught exceptions
     * of a thread of this pool, and so printed unless the program has set another.
     */
    @Override
    void execute(Runnable task);

    /**
     * A process that will run the action in a JVM of its own; {@link RemoteProcess#start()} starts it. Of the pool's
     * options it takes name, timeout, priority, weight and requirements.
     *
     * @param action is run by the process
     * @return a process that has not started
     * @throws IllegalArgumentException when the action cannot be serialized
     */
    RemoteProcess process(RemoteRunnable action);

    /**
     * The same pool under other defaults, for all that is given to the pool returned; closing either closes both. What
     * the options say of items they say of calls, too.
     *
     * @param options the defaults of the pool returned
     * @return another view of this pool
     */
    Pool with(JobOptions options);

    /**
     * Takes no further work and cancels what runs.
     *
     * @return the tasks given to {@code submit} and {@code execute} that have not started, where that is known, which is
     *     so for {@link #threads}; otherwise empty. All their futures are cancelled
     */
    @Override
    List<Runnable> shutdownNow();

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
