package io.sheaf.worker.execution;

import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A job as this worker knows it: what waits of it, how long its items take, and what it has had of the slots. */
final class LocalJob {
    /** What a slot is handed at once, in measured work. */
    static final long BATCH_NANOS = 10_000_000;

    private static final long BATCH_BYTES = 1 << 20;
    private static final int MOST_ITEMS = 1 << 17;

    final ToWorker.JobOpened opened;
    final CodeId bundle;
    /** How many executors in a row could not be prepared for it. */
    int failedStarts;

    private final ArrayDeque<Piece> waiting = new ArrayDeque<>();
    private long waitingItems;
    private long outItems;
    private double nanosPerItem;
    private long largestBatch;
    private double served;

    LocalJob(ToWorker.JobOpened opened) {
        this.opened = opened;
        this.bundle = opened.code().id();
    }

    JobId id() {
        return opened.job();
    }

    int priority() {
        return opened.policy().share().priority();
    }

    /** How many jobs it is nested in. */
    int depth() {
        return opened.nesting().depth();
    }

    /** How many items of it an executor runs; 0: any number. */
    int itemsPerProcess() {
        return opened.policy().itemsPerProcess();
    }

    /** For how long an item may run; 0: as long as it takes. */
    long limitNanos() {
        return 1_000_000 * opened.policy().attempts().timeoutMillis();
    }

    boolean hasWaiting() {
        return waitingItems > 0;
    }

    long waitingItems() {
        return waitingItems;
    }

    /** Whether executors have nothing of it. */
    boolean isIdle() {
        return outItems == 0;
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

    /** What waits, in order. */
    List<Piece> waiting() {
        return List.copyOf(waiting);
    }

    /** Takes out all waiting pieces that are so. */
    List<Piece> remove(Predicate<Piece> which) {
        List<Piece> removed = new ArrayList<>();
        waiting.removeIf(piece -> which.test(piece) && removed.add(piece));
        removed.forEach(piece -> waitingItems -= piece.count());
        return removed;
    }

    /** Takes out at most so many items, those that would start last. */
    List<Piece> removeLast(long items) {
        List<Piece> removed = new ArrayList<>();
        long left = items;
        while (left > 0 && !waiting.isEmpty()) {
            Piece last = waiting.removeLast();
            long cut = Math.max(last.from(), last.to() - left);
            waitingItems -= last.count();
            append(last.slice(last.from(), cut));
            removed.add(last.slice(cut, last.to()));
            left -= last.to() - cut;
        }
        return removed;
    }

    /** Takes out one item, if it waits. */
    Optional<Piece> remove(LeaseId lease, long index) {
        List<Piece> around = remove(piece -> piece.lease().equals(lease) && piece.contains(index));
        for (Piece piece : around) {
            putBack(piece.slice(index + 1, piece.to()));
            putBack(piece.slice(piece.from(), index));
        }
        return around.stream().findFirst().map(piece -> piece.slice(index, index + 1));
    }

    /** The next micro-batch of at most so many items, when so many slots share what waits. */
    Piece next(int slots, long most) {
        Piece head = waiting.removeFirst();
        long count = Math.min(Math.min(head.count(), most), batchItems(slots));
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

    void handedOut(long items) {
        outItems += items;
    }

    void accountedFor(long items) {
        outItems -= items;
    }

    /** Items have run for so long, together. */
    void measured(long items, long nanos) {
        double now = Math.max(1.0, (double) nanos / items);
        double weight = nanosPerItem == 0 ? 1 : Math.min(0.5, Math.max(0.1, nanos / (double) BATCH_NANOS));
        nanosPerItem += weight * (now - nanosPerItem);
        failedStarts = 0;
    }

    /** It has had a slot for so long. */
    void served(long nanos) {
        served += (double) nanos / weight();
    }

    /** What it has had of the slots relative to its weight, with what it is expected to take of them for what it has out. */
    double claim() {
        return claimWithout(0);
    }

    /** The same, were so many items of it not out. */
    double claimWithout(long items) {
        return served + (outItems - items) * (nanosPerItem == 0 ? BATCH_NANOS : nanosPerItem) / weight();
    }

    /** What it has had of the slots relative to its weight, without what it has out. */
    double had() {
        return claimWithout(outItems);
    }

    /** Begins to compete at this claim, not below. */
    void competeFrom(double claim) {
        served = claim;
    }

    private int weight() {
        return Math.max(1, opened.policy().share().weight());
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
