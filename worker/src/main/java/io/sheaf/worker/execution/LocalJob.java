package io.sheaf.worker.execution;

import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Work;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A job as this worker knows it: what waits of it, how long its items take, and what it has had of the slots. */
final class LocalJob {
    /** What a slot is handed at once, in measured work. */
    static final long BATCH_NANOS = 10_000_000;

    /** Less work than this is not shared with the other slots: to hand it out costs more than it takes. */
    private static final long SHORTEST_NANOS = 300_000;

    private static final long BATCH_BYTES = 1 << 20;
    private static final int MOST_ITEMS = 1 << 17;

    /** Stands for the code of jobs that have none: what runs commands runs those of any job. */
    static final CodeId NO_CODE = new CodeId("c0".repeat(32));

    final ToWorker.JobOpened opened;
    final CodeId bundle;
    /** How many executors in a row could not be prepared for it. */
    int failedStarts;

    /** Where it runs, unless an item of it must run apart. */
    final Section home;

    private final Backlog waiting = new Backlog();
    private final Backlog suspects = new Backlog();
    private final Set<LeaseId> apart = new HashSet<>();
    private long outItems;
    private double nanosPerItem;
    private long largestBatch;
    private double served;

    LocalJob(ToWorker.JobOpened opened) {
        this.opened = opened;
        this.bundle = runsCommands() ? NO_CODE : opened.code().id();
        this.home = Section.of(opened.policy().workload());
    }

    /** Whether its items are operating system commands. */
    boolean runsCommands() {
        return opened.work() instanceof Work.Command;
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
        return waiting.items() > 0 || suspects.items() > 0;
    }

    /** How many items wait that can be taken back. */
    long waitingItems() {
        return waiting.items();
    }

    /** How many items wait for that section. */
    long waitingItems(Section section) {
        return section == home ? waiting.items() : section == Section.ALONE ? suspects.items() : 0;
    }

    /** Whether items of it may ever run there. */
    boolean mayRunIn(Section section) {
        return section == home || (section == Section.ALONE && home == Section.IO);
    }

    boolean hasWaiting(Section section) {
        return waitingItems(section) > 0;
    }

    /** Whether executors have nothing of it. */
    boolean isIdle() {
        return outItems == 0;
    }

    void append(Piece piece) {
        backlogOf(piece).append(piece);
    }

    /** The lease is of an item that must have a process for itself, should others have to share one. */
    void keepApart(LeaseId lease) {
        if (home == Section.IO) {
            apart.add(lease);
        }
    }

    private Backlog backlogOf(Piece piece) {
        return apart.contains(piece.lease()) ? suspects : waiting;
    }

    /** Puts back what was handed out and not started, to be the next. */
    void putBack(Piece piece) {
        backlogOf(piece).putBack(piece);
    }

    /** What waits, in order. */
    List<Piece> waiting() {
        return Stream.of(suspects, waiting)
                .flatMap(backlog -> backlog.pieces().stream())
                .toList();
    }

    /** Takes out all waiting pieces that are so. */
    List<Piece> remove(Predicate<Piece> which) {
        List<Piece> removed = suspects.remove(which);
        removed.addAll(waiting.remove(which));
        return removed;
    }

    /** Takes out at most so many items, those that would start last. */
    List<Piece> removeLast(long items) {
        return waiting.removeLast(items);
    }

    /** Takes out one item, if it waits. */
    Optional<Piece> remove(LeaseId lease, long index) {
        return waiting.remove(lease, index).or(() -> suspects.remove(lease, index));
    }

    /** The next micro-batch of at most so many items, when so many slots share what waits for that section. */
    Piece next(Section section, int slots, long most) {
        if (section == Section.ALONE) {
            return suspects.next(1);
        }
        Piece head = waiting.head();
        long count = Math.min(Math.min(head.count(), most), batchItems(slots));
        if (head.items().isPresent()) {
            long bytesPerItem = Math.max(1, head.bytes() / head.count());
            count = Math.min(count, Math.max(1, BATCH_BYTES / bytesPerItem));
        }
        largestBatch = Math.max(largestBatch, count);
        return waiting.next(count);
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
        long brief = nanosPerItem == 0 ? 1 : (long) (SHORTEST_NANOS / nanosPerItem);
        long share = Math.max(Math.max(1, brief), (waiting.items() + slots - 1) / slots);
        long most = Math.min(Math.min(MOST_ITEMS, 2 * Math.max(1, largestBatch)), share);
        if (opened.policy().chunkSize() > 0) {
            most = Math.min(most, opened.policy().chunkSize());
        }
        return Math.max(1, Math.min((long) byTime, most));
    }
}
