package io.sheaf.client.session;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the items of a job: each batch is what has been added while the one before was being written, so that a single
 * item leaves at once and a million are cheap; after one of many values, the next waits for a millisecond to be of many,
 * too. A value that comes alone is sent by whoever adds it. Values may be added by many threads; one thread runs
 * {@link #run}.
 */
public final class Feed {
    private static final int LARGEST_BYTES = 256 << 10;
    private static final int LARGEST_COUNT = 8192;
    /** Whoever has just added so many at once will add more. */
    private static final int MANY = 16;

    private static final int ENOUGH_BYTES = LARGEST_BYTES / 4;
    private static final int ENOUGH_COUNT = LARGEST_COUNT / 2;

    private static final long LONGEST_WAIT_NANOS = 1_000_000;

    /** What is added so soon after something was sent is likely to be followed by more, which go out together. */
    private static final long CLOSE_NANOS = 30_000;

    private final SegmentWriter writer = new SegmentWriter();
    private final List<Long> cancelled = new ArrayList<>();
    private long sent;
    private boolean many;
    private boolean ended;
    private boolean stopped;
    private @Nullable JobHandle receiver;
    private long received;
    private long lastSent = System.nanoTime();
    /** Whether the thread that sends has nothing in hand. */
    private boolean idle;
    /** What could not be sent by whoever added it; comes before all that is in the writer. */
    private @Nullable Segment held;

    /** A feed without values. */
    public Feed() {}

    /**
     * Adds a value; waits while much has been added that is not yet sent.
     *
     * @return its index, or a negative number when this feed was stopped
     * @throws IOException when it cannot be serialized
     */
    public synchronized long add(@Nullable Object value) throws IOException, InterruptedException {
        while (!stopped && (writer.size() > LARGEST_BYTES || writer.count() >= LARGEST_COUNT)) {
            wait();
        }
        if (stopped || ended) {
            return -1;
        }
        boolean before = isEnough();
        writer.add(value);
        int count = writer.count();
        long index = sent + count - 1;
        if (count == 1 ? !isSentAtOnce() : isEnough() != before) {
            notifyAll();
        }
        return index;
    }

    /** The only value that is not sent; returns false when it is left to the thread that sends. */
    private boolean isSentAtOnce() {
        JobHandle job = receiver;
        if (many || !idle || job == null || held != null || System.nanoTime() - lastSent < CLOSE_NANOS) {
            return false;
        }
        Segment next = writer.take(sent);
        sent = next.to();
        if (!job.sendAtOnce(next)) {
            held = next;
            return false;
        }
        received(job, next.to());
        return true;
    }

    /**
     * Takes back a value that was added. That is told after the value itself, but waits for no other: those that follow
     * may not be let through before this one has been stopped.
     *
     * @param index what adding it gave
     */
    public synchronized void cancel(long index) {
        if (receiver != null && index < received) {
            receiver.cancelItem(index);
        } else if (!stopped) {
            cancelled.add(index);
        }
    }

    /** No further values. */
    public synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** What is not yet sent need not be. */
    public synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** Sends until the end of the input or {@link #stop}. */
    public void run(JobHandle job) {
        try {
            for (Segment next = take(job); next != null; next = take(job)) {
                job.send(next);
                received(job, next.to());
                job.awaitSent();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEnough() {
        return writer.count() >= ENOUGH_COUNT || writer.size() >= ENOUGH_BYTES;
    }

    /** Waits for something to send; gives null when nothing follows, and tells that to the job. */
    private synchronized @Nullable Segment take(JobHandle job) throws InterruptedException {
        idle = true;
        while (writer.count() == 0 && held == null && !ended && !stopped) {
            wait();
        }
        idle = false;
        // Every batch costs something at each hop, whatever its size.
        long deadline = System.nanoTime() + LONGEST_WAIT_NANOS;
        while (many && !isEnough() && !ended && !stopped && System.nanoTime() - deadline < 0) {
            wait(1);
        }
        many = writer.count() >= MANY;
        if (stopped) {
            return null;
        }
        Segment late = held;
        if (late != null) {
            held = null;
            return late;
        }
        if (writer.count() == 0) {
            job.end(sent);
            return null;
        }
        Segment next = writer.take(sent);
        sent = next.to();
        notifyAll();
        return next;
    }

    private synchronized void received(JobHandle job, long to) {
        receiver = job;
        received = to;
        lastSent = System.nanoTime();
        cancelled.removeIf(index -> {
            if (index < to) {
                job.cancelItem(index);
            }
            return index < to;
        });
    }
}
