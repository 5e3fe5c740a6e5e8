package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.client.code.SentCode;
import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a pool: one job without end, whose items are the calls themselves. Futures are completed in threads of
 * the pool, so that what users hang on them may block.
 */
final class CallJob implements JobListener {
    private final PoolCore core;
    private final Feed feed = new Feed();
    private final Map<Long, Call> waiting = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final SegmentReader reader;
    private volatile @Nullable RuntimeException ended;

    /** Cancelling it stops the call itself; what hangs on it and is cancelled does not. */
    private final class Call extends CompletableFuture<@Nullable Object> {
        private long index = -1;

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled && waiting.remove(index, this)) {
                feed.cancel(index);
            }
            return cancelled;
        }
    }

    CallJob(PoolCore core, JobOptions options) {
        this.core = core;
        this.reader = core.reader();
        PoolCore.Running unused = core.start(core.spec(new Work.Calls(), options, "calls"), feed, this, over, () -> {});
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
        SentCode.check(task.getClass());
        Call call = new Call();
        try {
            // Under the lock of the feed's callers, or a result could come before its future is known.
            synchronized (waiting) {
                call.index = feed.add(task);
                if (call.index < 0) {
                    return null;
                }
                waiting.put(call.index, call);
            }
        } catch (IOException e) {
            throw PoolCore.unserializable("The task " + task.getClass().getName(), e);
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

    /** No further calls. */
    void end() {
        feed.end();
    }

    @Override
    public void results(Segment results) {
        List<@Nullable CompletableFuture<@Nullable Object>> futures = new ArrayList<>(results.count());
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
    public void failed(ItemFailure failure) {
        CompletableFuture<?> future = takeFuture(failure.index());
        if (future != null) {
            core.handOver(() -> future.completeExceptionally(Failures.exception(failure, core.classes())));
        }
    }

    @Override
    public void withheld(String why) {
        if (!why.isEmpty()) {
            System.err.println("sheaf: waiting: " + why);
        }
    }

    @Override
    public void printed(Output output) {
        (output.error() ? System.err : System.out).print(output.text());
    }

    @Override
    public void ended(JobStatus status) {
        RuntimeException why = Failures.ofEnd(status);
        finish(why != null ? why : new CancellationException("The pool has ended"));
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        finish(why);
    }

    private void finish(RuntimeException why) {
        ended = why;
        core.handOver(() -> failAll(why));
        over.complete(null);
    }

    private void complete(@Nullable CompletableFuture<@Nullable Object> future, long index, Segment results) {
        if (future == null) {
            return;
        }
        try {
            Object value = Results.read(reader, results, index);
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
