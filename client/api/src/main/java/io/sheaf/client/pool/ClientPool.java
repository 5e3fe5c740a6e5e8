package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.Outcome;
import io.sheaf.Pool;
import io.sheaf.RemoteBiFunction;
import io.sheaf.RemoteBinaryOperator;
import io.sheaf.RemoteCallable;
import io.sheaf.RemoteFunction;
import io.sheaf.RemoteProcess;
import io.sheaf.RemoteRunnable;
import io.sheaf.ResultStream;
import io.sheaf.client.backend.Assignment;
import io.sheaf.protocol.function.BatchFunction;
import io.sheaf.protocol.function.PairFunction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pool over a back end, which it ends when it is closed. */
final class ClientPool implements Pool {
    private static final long CANCEL_SECONDS = 5;

    private final PoolCore core;
    private final JobOptions options;
    private final CallJobs calls;
    private final Object user;

    /** A pool that need not be closed. */
    ClientPool(PoolCore core) {
        this(core, JobOptions.defaults(), new CallJobs(core), core);
    }

    /**
     * A pool that its user has to close.
     *
     * @param warnings where to complain when it is dropped before
     */
    ClientPool(PoolCore core, Consumer<String> warnings) {
        this(core, JobOptions.defaults(), new CallJobs(core), Dropped.watch(core, warnings));
    }

    private ClientPool(PoolCore core, JobOptions options, CallJobs calls, Object user) {
        this.core = core;
        this.options = options;
        this.calls = calls;
        this.user = user;
    }

    @Override
    public <T, R> List<R> map(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items) {
        Objects.requireNonNull(items, "items");
        return cast(new OrderedRun(core, assignment(function)).feed(items).collect());
    }

    @Override
    public <T, R> ResultStream<R> imap(RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items) {
        Objects.requireNonNull(items, "items");
        return new LazyResults<>(core, assignment(function), items, LazyResults.Reading.IN_ORDER);
    }

    @Override
    public <T, R> ResultStream<R> imapUnordered(
            RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items) {
        Objects.requireNonNull(items, "items");
        return new LazyResults<>(core, assignment(function), items, LazyResults.Reading.AS_THEY_FINISH);
    }

    @Override
    public <T, R> CompletableFuture<List<R>> mapAsync(
            RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items) {
        Objects.requireNonNull(items, "items");
        OrderedRun run = new OrderedRun(core, assignment(function)).feedAtOnce(items);
        CompletableFuture<List<R>> future = new SlotFuture<>();
        var unused = future.whenComplete((results, e) -> {
            if (future.isCancelled()) {
                run.cancel();
            }
        });
        core.handOver(() -> {
            try {
                future.complete(cast(run.collect()));
            } catch (RuntimeException | Error e) {
                future.completeExceptionally(e);
            }
        });
        return future;
    }

    @Override
    public <A, B, R> List<R> starmap(
            RemoteBiFunction<? super A, ? super B, ? extends R> function,
            Iterable<? extends A> firsts,
            Iterable<? extends B> seconds) {
        Objects.requireNonNull(function, "function");
        Iterable<?> pairs = new Pairs(Objects.requireNonNull(firsts), Objects.requireNonNull(seconds));
        Assignment assignment = Assignment.named(function, new PairFunction<>(function), options);
        return cast(new OrderedRun(core, assignment).feed(pairs).collect());
    }

    @Override
    public <T, R> Optional<R> mapReduce(
            RemoteFunction<? super T, ? extends R> function,
            RemoteBinaryOperator<R> combiner,
            Iterable<? extends T> items) {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(combiner, "combiner");
        Objects.requireNonNull(items, "items");
        Assignment assignment = Assignment.named(function, new BatchFunction<>(function, combiner), options);
        return new Reduction<>(core, assignment.withTimes(), combiner, items).run();
    }

    @Override
    public <T, R> List<Outcome<R>> mapOutcomes(
            RemoteFunction<? super T, ? extends R> function, Iterable<? extends T> items) {
        Objects.requireNonNull(items, "items");
        return new OrderedRun(core, assignment(function).withTimes())
                .feed(items)
                .outcomes();
    }

    private Assignment assignment(RemoteFunction<?, ?> function) {
        return Assignment.of(Objects.requireNonNull(function, "function"), options);
    }

    @Override
    public <R> CompletableFuture<R> submit(RemoteCallable<R> task) {
        return call(task);
    }

    @Override
    public CompletableFuture<?> submit(RemoteRunnable task) {
        return call(task);
    }

    @Override
    public <T> CompletableFuture<T> submit(Callable<T> task) {
        return call(task);
    }

    @Override
    public CompletableFuture<?> submit(Runnable task) {
        return call(task);
    }

    @Override
    public <T> CompletableFuture<T> submit(Runnable task, T result) {
        CompletableFuture<?> call = call(task);
        CompletableFuture<T> kept = call.thenApply(nothing -> result);
        var unused = kept.whenComplete((value, e) -> {
            if (kept.isCancelled()) {
                call.cancel(true);
            }
        });
        return kept;
    }

    @Override
    public void execute(Runnable task) {
        var unused = call(task).whenComplete((nothing, e) -> {
            if (e != null && !(e instanceof CancellationException)) {
                // Nobody has a future to find it in.
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        });
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        List<CompletableFuture<T>> futures = callAll(tasks);
        CompletableFuture<Boolean> all = new SlotFuture<>();
        var unused = CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
                .whenComplete((nothing, e) -> all.complete(true)); // Each future says how its own task ended.
        try {
            all.get(timeout, unit);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            futures.forEach(future -> future.cancel(true));
        } catch (InterruptedException e) {
            futures.forEach(future -> future.cancel(true));
            throw e;
        }
        return List.copyOf(futures);
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("292 years have passed", e);
        }
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("invokeAny needs at least one task");
        }
        CompletableFuture<T> first = new SlotFuture<>();
        List<CompletableFuture<T>> futures = callAll(tasks);
        AtomicInteger left = new AtomicInteger(futures.size());
        for (CompletableFuture<T> future : futures) {
            var unused = future.whenComplete((value, e) -> {
                if (e == null) {
                    first.complete(value);
                } else if (left.decrementAndGet() == 0) {
                    first.completeExceptionally(e);
                }
            });
        }
        try {
            return first.get(timeout, unit);
        } catch (CancellationException e) {
            // Somebody else has cancelled the last of them, which is one way to fail.
            throw new ExecutionException(e);
        } finally {
            futures.forEach(future -> future.cancel(true));
        }
    }

    @Override
    public RemoteProcess process(RemoteRunnable action) {
        return new ClientProcess(core, Objects.requireNonNull(action, "action"), options);
    }

    @Override
    public Pool with(JobOptions other) {
        return new ClientPool(core, Objects.requireNonNull(other, "options"), calls, user);
    }

    @Override
    public void shutdown() {
        core.shutdown();
        calls.end();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        List<Runnable> unstarted = calls.withdraw();
        core.cancelAll();
        return unstarted;
    }

    @Override
    public boolean isShutdown() {
        return core.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return core.terminated().isDone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            core.terminated().get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        shutdown();
        core.stopReading();
        if (core.isHandingOver()) {
            // What hangs on a future closes the pool: its own end cannot be waited for, and the session's end follows
            // it.
            return;
        }
        try {
            awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            core.end();
        } catch (InterruptedException e) {
            cancelAndEnd();
            Thread.currentThread().interrupt();
        }
    }

    private void cancelAndEnd() {
        core.cancelAll();
        try {
            awaitTermination(CANCEL_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // Then at once. The caller restores the flag.
        }
        core.end();
    }

    @SuppressWarnings("unchecked")
    private <T> CompletableFuture<T> call(Object task) {
        CompletableFuture<?> future = calls.call(Objects.requireNonNull(task, "task"), options);
        return (CompletableFuture<T>) future;
    }

    /** All or none. */
    private <T> List<CompletableFuture<T>> callAll(Collection<? extends Callable<T>> tasks) {
        List<CompletableFuture<T>> futures = new ArrayList<>();
        try {
            tasks.forEach(task -> futures.add(call(task)));
            return futures;
        } catch (RuntimeException e) {
            futures.forEach(future -> future.cancel(true));
            throw e;
        }
    }

    @SuppressWarnings("unchecked")
    private static <R> List<R> cast(List<@Nullable Object> results) {
        return (List<R>) results;
    }
}
