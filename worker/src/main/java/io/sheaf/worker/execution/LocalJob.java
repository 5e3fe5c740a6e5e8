package io.sheaf.worker.execution;

import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A job as this worker knows it: what waits of it, and how long its items take. */
final class LocalJob {
    /** What a slot is handed at once, in measured work. */
    static final long BATCH_NANOS = 10_000_000;

    private static final long BATCH_BYTES = 1 << 20;
    private static final int MOST_ITEMS = 1 << 17;

    final ToWorker.JobOpened opened;
    final CodeId bundle;
    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
    private long waitingItems;
    private double nanosPerItem;
    private long largestBatch;

    LocalJob(ToWorker.JobOpened opened) {
        this.opened = opened;
        this.bundle = opened.code().id();
    }

    JobId id() {
        return opened.job();
    }

    boolean hasWaiting() {
        return waitingItems > 0;
    }

    long waitingItems() {
        return waitingItems;
    }

    void append(Piece piece) {
        if (piece.count() > 0) {
            waiting.addLast(piece);
            waitingItems += piece.count();
        }
    }

    /** Puts back what was handed out and not started, to be the next. */
    void putBack(Piece piece) {
        if (piece.count() > 0) {
            waiting.addFirst(piece);
            waitingItems += piece.count();
        }
    }

    /** Takes out all waiting pieces that are so. */
    List<Piece> remove(Predicate<Piece> which) {
        List<Piece> removed = new ArrayList<>();
        waiting.removeIf(piece -> which.test(piece) && removed.add(piece));
        removed.forEach(piece -> waitingItems -= piece.count());
        return removed;
    }

    /** The next micro-batch, when so many slots share what waits. */
    Piece next(int slots) {
        Piece head = waiting.removeFirst();
        long count = Math.min(head.count(), batchItems(slots));
        if (head.items().isPresent()) {
            long bytesPerItem = Math.max(1, head.bytes() / head.count());
            count = Math.min(count, Math.max(1, BATCH_BYTES / bytesPerItem));
        }
        waitingItems -= count;
        largestBatch = Math.max(largestBatch, count);
        if (count == head.count()) {
            return head;
        }
        waiting.addFirst(head.slice(head.from() + count, head.to()));
        return head.slice(head.from(), head.from() + count);
    }

    /** Items have run for so long, together. */
    void measured(long items, long nanos) {
        double now = Math.max(1.0, (double) nanos / items);
        double weight = nanosPerItem == 0 ? 1 : Math.min(0.5, Math.max(0.1, nanos / (double) BATCH_NANOS));
        nanosPerItem += weight * (now - nanosPerItem);
    }

    /** Unmeasured items are handed out singly; then at most twice what has gone well so far. */
    private long batchItems(int slots) {
        double byTime = nanosPerItem == 0 ? 1 : BATCH_NANOS / nanosPerItem;
        long share = Math.max(1, (waitingItems + slots - 1) / slots);
        long most = Math.min(Math.min(MOST_ITEMS, 2 * Math.max(1, largestBatch)), share);
        if (opened.policy().chunkSize() > 0) {
            most = Math.min(most, opened.policy().chunkSize());
        }
        return Math.max(1, Math.min((long) byTime, most));
    }
}
