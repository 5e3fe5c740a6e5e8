package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.Values;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a pool: one job without end, whose items are the calls themselves. Futures are completed in threads of
 * the pool, so that what users hang on them may block.
 */
final class CallJob implements JobEvents {
    private final PoolCore core;
    private final Job job;
    private final Map<Long, Call> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private volatile @Nullable RuntimeException ended;

    /** Cancelling it stops the call itself; what hangs on it and is cancelled does not. */
    private final class Call extends SlotFuture<@Nullable Object> {
        private long index = -1;

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled && waiting.remove(index, this)) {
                job.cancel(index);
            }
            return cancelled;
        }
    }

    CallJob(PoolCore core, JobOptions options) {
        this.core = core;
        this.job = core.job(Assignment.calls(options), this);
        core.start(job, over, () -> {});
    }

    /** Whether nothing is waited for. */
    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Whether it takes no further calls because the job has ended, though the pool may not have. */
    boolean isOver() {
        return ended != null;
    }

    /**
     * Adds a call.
     *
     * @return null when no further calls are taken
     */
    @Nullable
    CompletableFuture<@Nullable Object> add(Object task) {
        Call call = new Call();
        try {
            // Under a lock, or a result could come before its future is known.
            synchronized (waiting) {
                call.index = job.add(task);
                if (call.index < 0) {
                    return null;
                }
                waiting.put(call.index, call);
            }
        } catch (IOException e) {
            throw Failures.unserializable("The task " + task.getClass().getName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the task was being submitted");
        }
        RuntimeException why = ended;
        if (why != null) {
            failAll(why);
        }
        return call;
    }

    /** Completes when nothing will be heard of any call any more. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** No further calls. */
    void end() {
        job.end();
    }

    /** Takes back the calls that have certainly not started; the end of the job cancels their futures. */
    List<Runnable> withdraw() {
        return job.withdraw().stream().map(CallJob::runnable).toList();
    }

    /** What was submitted itself where that can be run, as executors give it back. */
    private static Runnable runnable(@Nullable Object task) {
        return task instanceof Runnable action ? action : new FutureTask<>((Callable<?>) Objects.requireNonNull(task));
    }

    @Override
    public void results(Values results) {
        List<@Nullable CompletableFuture<@Nullable Object>> futures = new ArrayList<>();
        for (long index = results.from(); index < results.to(); index++) {
            futures.add(takeFuture(index));
        }
        core.handOver(() -> {
            for (long index = results.from(); index < results.to(); index++) {
                complete(futures.get((int) (index - results.from())), index, results);
            }
        });
    }

    @Override
    public void failed(FailedItem failure) {
        CompletableFuture<?> future = takeFuture(failure.index());
        if (future != null) {
            core.handOver(() -> future.completeExceptionally(failure.exception().get()));
        }
    }

    @Override
    public void ended(@Nullable RuntimeException reason) {
        RuntimeException why = reason != null ? reason : new CancellationException("The pool has ended");
        ended = why;
        core.handOver(() -> failAll(why));
        over.complete(null);
    }

    private void complete(@Nullable CompletableFuture<@Nullable Object> future, long index, Values results) {
        if (future == null) {
            return;
        }
        try {
            Object value = results.get(index);
            if (index + 1 < results.to() && future.getNumberOfDependents() > 0) {
                // What hangs on it may wait for a call whose result is in this very segment.
                core.handOver(() -> future.complete(value));
            } else {
                future.complete(value);
            }
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    /** The call that gets this result has been sent, so its future is at most about to be entered. */
    private @Nullable CompletableFuture<@Nullable Object> takeFuture(long index) {
        CompletableFuture<@Nullable Object> call = waiting.remove(index);
        if (call != null) {
            return call;
        }
        synchronized (waiting) {
            return waiting.remove(index);
        }
    }

    private void failAll(RuntimeException why) {
        for (Long index : List.copyOf(waiting.keySet())) {
            CompletableFuture<?> future = waiting.remove(index);
            if (future != null) {
                future.completeExceptionally(why);
            }
        }
    }
}
