package io.sheaf.worker.executor;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The items that wait in this process. It alone knows what has started: an item is either claimed by the running thread
 * or given back, never both. Safe for use by the running thread and one other.
 */
final class ItemQueue {
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private @Nullable Thread runner;
    private @Nullable JobId running;
    private boolean ended;

    /** A batch, and how far it has been claimed. */
    static final class Batch {
        final long number;
        final JobId job;
        final Segment items;
        private long next;

        Batch(long number, JobId job, Segment items) {
            this.number = number;
            this.job = job;
            this.items = items;
            this.next = items.from();
        }
    }

    /** The first item of a batch that was given back, or its end when all were claimed. */
    record GivenBack(long number, long from) {}

    /** An item to run. */
    record Claim(Batch batch, long index) {}

    synchronized void add(Batch batch) {
        waiting.add(batch);
        notifyAll();
    }

    /** Gives back what has not started of that batch and all later ones. */
    synchronized List<GivenBack> takeBack(long number) {
        return giveBack(batch -> batch.number >= number);
    }

    /** Interrupts the item that runs if it is of this job, and gives back what has not started of the job. */
    synchronized List<GivenBack> interrupt(JobId job) {
        List<GivenBack> back = giveBack(batch -> batch.job.equals(job));
        if (job.equals(running) && runner != null) {
            runner.interrupt();
        }
        return back;
    }

    /** Lets {@link #take} return null once nothing waits. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /**
     * The item that ran before is over; claims the next one.
     *
     * @return null when nothing waits
     */
    synchronized @Nullable Claim poll() {
        runner = Thread.currentThread();
        running = null;
        // An interrupt was meant for the item that is over; under this lock none can come late.
        Thread.interrupted();
        while (!waiting.isEmpty()) {
            Batch batch = waiting.peek();
            if (batch.next < batch.items.to()) {
                running = batch.job;
                return new Claim(batch, batch.next++);
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
    synchronized @Nullable Claim take() {
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
