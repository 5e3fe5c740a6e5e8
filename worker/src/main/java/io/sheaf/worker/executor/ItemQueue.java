package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Repeated;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items that wait in this process. It alone knows what has started: an item is either claimed by the running thread
 * or given back, never both. Safe for use by the running thread and others.
 */
public final class ItemQueue {
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private @Nullable Thread runner;
    private @Nullable Claim running;
    /** Ends what runs without a thread of ours. */
    private @Nullable Runnable cancel;

    private boolean ended;
    private boolean closed;

    /** A batch, and how far it has been claimed. */
    public static final class Batch {
        final long number;
        final JobId job;
        final Segment items;
        private final List<Repeated> repeated;
        private long next;

        /** A batch of which nothing has been claimed. */
        public Batch(ToExecutor.Batch said) {
            this.number = said.number();
            this.job = said.job();
            this.items = said.items();
            this.repeated = said.repeated();
            this.next = items.from();
        }
    }

    /** The first item of a batch that was given back, or its end when all were claimed. */
    public record GivenBack(long number, long from) {}

    /** An item to run. */
    public static final class Claim {
        /** Which item. */
        public final long index;

        final Batch batch;
        private volatile long began;
        private volatile boolean interrupted;
        private volatile int permille = -1;
        private volatile @Nullable Thread nesting;
        private volatile boolean leftThread;
        private volatile @Nullable Runnable end;

        Claim(Batch batch, long index) {
            this.batch = batch;
            this.index = index;
        }

        /** Whose item it is. */
        public JobId job() {
            return batch.job;
        }

        /** The items that it is one of. */
        public Segment items() {
            return batch.items;
        }

        /** The task is called from this time on, by {@link System#nanoTime}. */
        public void begins(long now) {
            began = now;
        }

        /** 0 as long as it has not begun. */
        public long began() {
            return began;
        }

        /** Which attempt at the item this is, from 1. */
        public int attempt() {
            return Repeated.attempt(batch.repeated, index);
        }

        /** The task says how far it is. */
        void progressed(int part) {
            permille = part;
        }

        /** How far it says that it is; negative: it has not said. */
        int permille() {
            return permille;
        }

        /** From now on the item, in this thread, may start others and wait for them. */
        void nests(Thread thread) {
            nesting = thread;
        }

        /** It has no thread from now on, and waits for a stage. */
        void leavesThread() {
            leftThread = true;
        }

        /** What is to end with it. */
        void endsWith(Runnable what) {
            end = what;
        }

        /** It is over, before that is told; possibly said several times. */
        void over() {
            Runnable what = end;
            if (what != null) {
                what.run();
            }
        }

        /** Whether it may have started others and stands still; for what, a thread does not say. */
        boolean isWaiting() {
            Thread thread = nesting;
            if (thread == null || leftThread) {
                return thread != null;
            }
            Thread.State state = thread.getState();
            return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
        }

        /** Whether it was to be ended by an interrupt. */
        public boolean isInterrupted() {
            return interrupted;
        }
    }

    /** Puts a batch behind those that wait; does nothing once closed. */
    public synchronized void add(Batch batch) {
        if (!closed) {
            waiting.add(batch);
            notifyAll();
        }
    }

    /** Gives back what has not started of that batch and all later ones. */
    public synchronized List<GivenBack> takeBack(long number) {
        return giveBack(batch -> batch.number >= number);
    }

    /** Interrupts the item that runs if it is of this job, and gives back what has not started of the job. */
    public synchronized List<GivenBack> interrupt(JobId job) {
        List<GivenBack> back = giveBack(batch -> batch.job.equals(job));
        if (running != null && running.job().equals(job)) {
            interruptRunning(running);
        }
        return back;
    }

    /** Interrupts this item if it runs. */
    public synchronized void interrupt(JobId job, long index) {
        if (running != null && running.job().equals(job) && running.index == index) {
            interruptRunning(running);
        }
    }

    private void interruptRunning(Claim claim) {
        if (runner != null) {
            claim.interrupted = true;
            runner.interrupt();
        } else if (cancel != null) {
            claim.interrupted = true;
            cancel.run();
        }
    }

    /**
     * The item runs on without this thread.
     *
     * @param end ends it instead of an interrupt; must not block
     */
    public synchronized void leave(Claim claim, Runnable end) {
        runner = null;
        cancel = end;
        Thread.interrupted();
        if (claim.interrupted) {
            end.run();
        }
    }

    /** Whether there is an item to run, or the end to be seen. */
    synchronized boolean hasWork() {
        return ended || !waiting.isEmpty();
    }

    synchronized boolean hasItems() {
        return !waiting.isEmpty();
    }

    /** Whose item would be the next; null when nothing waits. */
    synchronized @Nullable JobId nextJob() {
        Batch next = waiting.peek();
        return next == null ? null : next.job;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Lets {@link #take} return null once nothing waits. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Gives back all that has not started, and takes nothing more. */
    public synchronized List<GivenBack> close() {
        closed = true;
        ended = true;
        return giveBack(batch -> true);
    }

    /** The same, and that item too, which was claimed and has not begun. */
    synchronized List<GivenBack> closeBefore(Claim claim) {
        claim.batch.next = claim.index;
        if (waiting.peek() != claim.batch) {
            waiting.addFirst(claim.batch);
        }
        return close();
    }

    /** What runs, if anything does. */
    synchronized @Nullable Claim running() {
        return running;
    }

    /**
     * The item that ran before is over; claims the next one.
     *
     * @return null when nothing waits
     */
    public synchronized @Nullable Claim poll() {
        runner = Thread.currentThread();
        running = null;
        cancel = null;
        // An interrupt was meant for the item that is over; under this lock none can come late.
        Thread.interrupted();
        while (!waiting.isEmpty()) {
            Batch batch = waiting.peek();
            if (batch.next < batch.items.to()) {
                running = new Claim(batch, batch.next++);
                return running;
            }
            waiting.remove();
        }
        return null;
    }

    /**
     * As {@link #poll}, but waits.
     *
     * @return null when this queue has ended
     */
    public synchronized @Nullable Claim take() {
        while (true) {
            Claim claim = poll();
            if (claim != null || ended) {
                return claim;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                // Something that a task left behind interrupts this thread; it is not the one to be stopped so.
            }
        }
    }

    private interface Choice {
        boolean takes(Batch batch);
    }

    private List<GivenBack> giveBack(Choice choice) {
        List<GivenBack> back = new ArrayList<>();
        for (Iterator<Batch> each = waiting.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (choice.takes(batch)) {
                back.add(new GivenBack(batch.number, batch.next));
                batch.next = batch.items.to();
                each.remove();
            }
        }
        return back;
    }
}
