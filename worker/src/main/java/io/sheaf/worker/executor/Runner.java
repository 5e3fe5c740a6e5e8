package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs items, one at a time, in the order in which they came. */
final class Runner {
    /** What is set free when memory has run out, so that it can be said. */
    private static final int RESERVE = 2 << 20;

    private final ItemQueue queue;
    private final CurrentItemFile current;
    private final Streams streams;
    private final Line line;
    private final Results results;
    private final Ticker ticker;
    private final Traces traces = new Traces();
    private final ClassLoader classes = ClassLoader.getSystemClassLoader();
    private final SegmentReader reader = new SegmentReader(classes);
    private final Map<JobId, OpenJob> jobs = new ConcurrentHashMap<>();
    private final AtomicReference<byte @Nullable []> reserve = new AtomicReference<>(new byte[RESERVE]);

    /** Where tasks print. */
    record Streams(TaskOutput out, TaskOutput err) {
        void running(JobId job, long index) {
            out.running(job, index);
            err.running(job, index);
        }
    }

    /** The way to the worker, and out of this process. */
    interface Line extends Consumer<FromExecutor> {
        /** Waits until all that was sent is in the hands of the operating system. */
        void awaitSent();

        /** Ends this process group at once, as a death. */
        void die();
    }

    Runner(ItemQueue queue, CurrentItemFile current, Streams streams, Line line) {
        this.queue = queue;
        this.current = current;
        this.streams = streams;
        this.line = line;
        this.results = new Results(line);
        this.ticker = new Ticker(queue, results, line, line::die);
    }

    void open(ToExecutor.Open job) {
        jobs.put(job.job(), new OpenJob(job));
    }

    void close(JobId job) {
        jobs.remove(job);
    }

    /** Returns when the queue has ended. */
    void run() {
        Thread.currentThread().setContextClassLoader(classes);
        while (true) {
            ItemQueue.Claim claim = queue.poll();
            if (claim == null) {
                current.idle();
                results.flush();
                claim = queue.take();
                ticker.wake();
            }
            if (claim == null) {
                return;
            }
            run(claim);
        }
    }

    private void run(ItemQueue.Claim claim) {
        OpenJob open = jobs.get(claim.job());
        if (open == null) {
            throw new IllegalStateException("Items of job " + claim.job() + " came before the job");
        }
        streams.running(claim.job(), claim.index);
        if (!open.isPrepared() && !isPrepared(open, claim)) {
            return;
        }
        if (claim.index == claim.batch.items.from()) {
            traces.begin();
        }
        current.running(claim.job().number(), claim.index);
        claim.begins(System.nanoTime());
        RunningTask.begin(open, claim);
        try {
            call(open, claim);
        } finally {
            RunningTask.end();
        }
    }

    private void call(OpenJob open, ItemQueue.Claim claim) {
        Throwable thrown = null;
        Object value = null;
        try {
            Object item = reader.read(claim.batch.items, claim.index);
            value = Stages.settled(open.call().call(item));
        } catch (Throwable e) {
            thrown = e;
        }
        if (claim.isInterrupted()) {
            checkTraces();
        }
        report(claim, open, value, thrown);
    }

    private void report(ItemQueue.Claim claim, OpenJob open, @Nullable Object value, @Nullable Throwable thrown) {
        Throwable failure = thrown;
        if (failure == null) {
            try {
                results.add(claim, value, open, System.nanoTime());
                if (open.isFirstResult()) {
                    // Until one is measured, nobody knows how much to hand out.
                    results.flush();
                }
                return;
            } catch (Throwable e) {
                failure = Throwables.unsendable(value, e);
            }
        }
        if (isOutOfMemory(failure)) {
            endForMemory(claim, failure);
        } else {
            results.flush();
            line.accept(failed(claim, failure));
        }
    }

    private static FromExecutor failed(ItemQueue.Claim claim, Throwable failure) {
        long nanos = System.nanoTime() - claim.began();
        return new FromExecutor.Failed(claim.job(), claim.index, Throwables.failure(failure), nanos);
    }

    /** Whether items of the job can run; no item is to blame for what its initializer does. */
    private boolean isPrepared(OpenJob open, ItemQueue.Claim claim) {
        results.flush();
        current.preparing(claim.job().number());
        RunningTask.beginPreparing(open, claim);
        try {
            open.prepare(classes);
            return true;
        } catch (Throwable e) {
            giveBack(queue.closeBefore(claim));
            if (!claim.isInterrupted()) {
                line.accept(new FromExecutor.NotInitialized(claim.job(), Throwables.failure(e)));
            }
            line.accept(new FromExecutor.Ending("the initializer of job " + claim.job() + " failed"));
            return false;
        } finally {
            RunningTask.end();
        }
    }

    /**
     * An item that was to end must really be over: what it has left behind ends with this process. Its end is not told
     * but seen, so that nobody believes it too early.
     */
    private void checkTraces() {
        if (!traces.isClean()) {
            results.flush();
            line.accept(new FromExecutor.Ending("an interrupted task left threads or processes behind"));
            line.awaitSent();
            line.die();
        }
    }

    /** The item is still the current one until all is said: if memory does not suffice for that, it is to blame. */
    private void endForMemory(ItemQueue.Claim claim, Throwable failure) {
        reserve.set(null);
        try {
            results.flush();
            line.accept(failed(claim, failure));
            giveBack(queue.close());
            line.accept(new FromExecutor.Ending("memory ran out: " + failure));
            line.awaitSent();
        } catch (Throwable e) {
            line.die();
        }
    }

    private void giveBack(List<ItemQueue.GivenBack> back) {
        back.forEach(batch -> line.accept(new FromExecutor.TakenBack(batch.number(), batch.from())));
    }

    private static boolean isOutOfMemory(Throwable failure) {
        Throwable at = failure;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (at instanceof OutOfMemoryError) {
                return true;
            }
            at = causeOf(at);
        }
        return false;
    }

    private static @Nullable Throwable causeOf(Throwable thrown) {
        try {
            return thrown.getCause();
        } catch (Throwable e) {
            return null;
        }
    }
}
