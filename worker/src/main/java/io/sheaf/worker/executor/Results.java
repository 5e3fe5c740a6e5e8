package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.item.Stamped;
import io.sheaf.protocol.item.Timed;
import io.sheaf.protocol.job.JobId;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the results of neighbouring items, to send them together. One thread adds; another may send what has waited
 * for too long while the next item runs.
 */
public final class Results {
    /** A result waits for its neighbours for so long at most. */
    public static final long LONGEST_WAIT_NANOS = 10_000_000;

    private static final int LARGEST = 256 << 10;

    private final Consumer<FromExecutor> send;
    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentWriter writer = new SegmentWriter();
    private @Nullable JobId job;
    private long from;
    private long since;
    private long nanos;

    /** A value that has yet to be made, which may take its time. */
    public interface Value {
        /**
         * Makes it.
         *
         * @throws IOException when there is none to be had
         */
        @Nullable
        Object get() throws IOException;
    }

    /**
     * Nothing is collected yet.
     *
     * @param send takes what is to be told
     */
    public Results(Consumer<FromExecutor> send) {
        this.send = send;
    }

    /** The same for what a function returned, in the form that its job wants. */
    void add(ItemQueue.Claim claim, @Nullable Object value, OpenJob open, long now) throws IOException {
        add(
                claim,
                () -> switch (open.form) {
                    case OBJECT -> value;
                    case TIMED -> new Timed(value, claim.attempt(), open.worker, now - claim.began());
                    case TEXT -> Json.line(value);
                    case JSON -> Json.of(value);
                    case STAMPED_TEXT -> stamped(claim, Json.line(value), open, now);
                    case STAMPED_JSON -> stamped(claim, Json.of(value), open, now);
                },
                now);
    }

    /**
     * Adds a result.
     *
     * @throws IOException when it cannot be written; nothing is added then
     */
    public void add(ItemQueue.Claim claim, Value value, long now) throws IOException {
        lock.lock();
        try {
            if (writer.count() > 0 && (!claim.job().equals(job) || claim.index != from + writer.count())) {
                flush();
            }
            writer.add(value.get());
            if (writer.count() == 1) {
                job = claim.job();
                from = claim.index;
                since = now;
            }
            nanos += now - claim.began();
            if (now - since > LONGEST_WAIT_NANOS || writer.size() > LARGEST) {
                flush();
            }
        } finally {
            lock.unlock();
        }
    }

    private static String stamped(ItemQueue.Claim claim, String text, OpenJob open, long now) {
        long nanos = now - claim.began();
        long startedAt = System.currentTimeMillis() - nanos / 1_000_000;
        return new Stamped(startedAt, nanos, open.worker, text).written();
    }

    /** Sends a result that is too large to be collected with others, and copies nothing of it. */
    public void sendAlone(ItemQueue.Claim claim, byte[] value, long now) {
        flush();
        send.accept(new FromExecutor.Finished(
                claim.job(), Segment.ofBytes(claim.index, value), Math.max(0, now - claim.began())));
    }

    /** Sends what was collected. */
    public void flush() {
        lock.lock();
        try {
            JobId owner = job;
            if (writer.count() > 0 && owner != null) {
                send.accept(new FromExecutor.Finished(owner, writer.take(from), nanos));
            }
            nanos = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what has waited for so long, unless a result is just being written, which may take any time. */
    void flushOlderThan(long age, long now) {
        if (lock.tryLock()) {
            try {
                if (writer.count() > 0 && now - since >= age) {
                    flush();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
