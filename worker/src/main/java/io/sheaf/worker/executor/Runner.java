package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the items of a lane, one at a time, in the order in which they came. */
final class Runner {
    private final ItemQueue queue;
    private final CurrentItemFile.Lane current;
    private final Streams streams;
    private final Line line;
    private final Results results;
    private final Commons commons;
    private final Watch watch;
    private final Traces traces = new Traces();
    private final SegmentReader reader;
    private @Nullable Later later;

    /** Where tasks print. */
    record Streams(TaskOutput out, TaskOutput err) {
        void running(JobId job, long index) {
            TaskOutput.Item item = new TaskOutput.Item(job, index);
            out.running(item);
            err.running(item);
        }

        void ended() {
            out.ended();
            err.ended();
        }
    }

    /** The way to the worker, and out of this process. */
    interface Line extends Consumer<FromExecutor> {
        /** Waits until all that was sent is in the hands of the operating system. */
        void awaitSent();

        /** Ends this process group at once, as a death. */
        void die();

        /**
         * This process ends, and takes nothing more; other lanes must be told, if there are any.
         *
         * @param atOnce not even what runs there ends before
         */
        default void allEnd(String reason, boolean atOnce) {}
    }

    /** What waits for the end of items that have a stage for a result, where no thread is to do so. */
    interface Later {
        /** The end of the item is to be told by {@link #settle}. */
        void await(ItemQueue.Claim claim, OpenJob open, CompletionStage<?> stage);
    }

    Runner(ItemQueue queue, CurrentItemFile.Lane current, Streams streams, Line line, Commons commons) {
        this.queue = queue;
        this.current = current;
        this.streams = streams;
        this.line = line;
        this.results = new Results(line);
        this.commons = commons;
        this.reader = new SegmentReader(commons.classes);
        this.watch = new Watch(queue, results, line, Results.LONGEST_WAIT_NANOS);
    }

    /** Items are run beside others from now on, by many threads one after the other. */
    void leaveStagesTo(Later what) {
        later = what;
    }

    Watch watch() {
        return watch;
    }

    /** Whether the next item is of a job whose function is known to leave a stage, and soon. */
    boolean isBrief() {
        JobId next = queue.nextJob();
        OpenJob open = next == null ? null : commons.job(next);
        return open != null && open.isLeavingStages();
    }

    /** Returns when the queue has ended. */
    void run() {
        Thread.currentThread().setContextClassLoader(commons.classes);
        Ticker ticker = new Ticker(List.of(watch), line::die);
        while (true) {
            ItemQueue.Claim claim = queue.poll();
            if (claim == null) {
                rest();
                claim = queue.take();
                ticker.wake();
            }
            if (claim == null) {
                return;
            }
            run(claim);
        }
    }

    /** Nothing runs, and all is told. */
    void rest() {
        current.idle();
        results.flush();
    }

    /** Returns whether the item is over; else {@link Later} has it. */
    boolean run(ItemQueue.Claim claim) {
        OpenJob open = commons.job(claim.job());
        if (open == null) {
            throw new IllegalStateException("Items of job " + claim.job() + " came before the job");
        }
        streams.running(claim.job(), claim.index);
        if (!open.isPrepared() && !isPrepared(open, claim)) {
            return true;
        }
        if (later == null && claim.index == claim.batch.items.from()) {
            traces.begin();
        }
        current.running(claim.job().number(), claim.index);
        claim.begins(System.nanoTime());
        RunningTask.begin(open, claim);
        try {
            return call(open, claim);
        } finally {
            RunningTask.end();
        }
    }

    private boolean call(OpenJob open, ItemQueue.Claim claim) {
        Throwable thrown = null;
        Object value = null;
        try {
            Object item = reader.read(claim.batch.items, claim.index);
            value = open.call().call(item);
            if (later != null && value instanceof CompletionStage<?> stage) {
                claim.leavesThread();
                open.leavesStages();
                later.await(claim, open, stage);
                return false;
            }
            value = Stages.settled(value);
        } catch (Throwable e) {
            thrown = e;
        }
        // Where items run beside each other, nobody knows whose trace a thread or a process is.
        if (claim.isInterrupted() && later == null) {
            claim.over();
            checkTraces();
        }
        settle(claim, open, value, thrown);
        return true;
    }

    /** Tells what has become of an item. */
    void settle(ItemQueue.Claim claim, OpenJob open, @Nullable Object value, @Nullable Throwable thrown) {
        claim.over();
        // Before its result: nothing is heard of a job that has all its results.
        streams.ended();
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
            if (open.prepare(commons.classes)) {
                return true;
            }
            giveBack(queue.closeBefore(claim));
        } catch (Throwable e) {
            giveBack(queue.closeBefore(claim));
            if (!claim.isInterrupted()) {
                line.accept(new FromExecutor.NotInitialized(claim.job(), Throwables.failure(e)));
            }
            String reason = "the initializer of job " + claim.job() + " failed";
            line.accept(new FromExecutor.Ending(reason));
            line.allEnd(reason, false);
        } finally {
            claim.over();
            RunningTask.end();
        }
        return false;
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
        commons.giveUpReserve();
        try {
            results.flush();
            line.accept(failed(claim, failure));
            giveBack(queue.close());
            line.accept(new FromExecutor.Ending("memory ran out: " + failure));
            line.awaitSent();
            line.allEnd("memory ran out", true);
        } catch (Throwable e) {
            line.die();
        }
    }

    void say(FromExecutor message) {
        line.accept(message);
    }

    /** Nothing that a task does comes out of {@link #run}; when memory runs out between two items, anything may. */
    void cannotGoOn(Throwable why) {
        System.err.println("The executor cannot go on: " + why);
        line.die();
    }

    void giveBack(List<ItemQueue.GivenBack> back) {
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
