package io.sheaf.worker.execution;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An executor in a slot of this worker, with the batches that it has, in the order in which it runs them. */
final class Slot {
    /** The batch that runs and the one that waits for its end. */
    static final int BATCHES = 2;

    /** A batch that is the first for so long was expected to be over. */
    static final long LATE_NANOS = 2 * LocalJob.BATCH_NANOS;

    final long executor;
    final Section section;
    final Host host;
    final Bundle bundle;
    final CodeId bundleId;
    final Map<JobId, Opened> opened = new HashMap<>();
    final List<Halt> halts = new ArrayList<>();
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    boolean ready;
    /** It has run an item. */
    boolean proven;
    /** It takes nothing new and is told to end when it is idle. */
    boolean retiring;

    boolean toldToEnd;
    boolean killed;
    /** It is killed at {@link #killAt} unless what it must give up has ended before. */
    boolean doomed;

    long killAt;
    long readySince;
    long idleSince;
    /** When the item that runs began, at the earliest; exactly when it has said so. */
    long itemSince;

    boolean itemSinceExact;
    /** How far the item that runs says that it is. */
    OptionalInt permille = OptionalInt.empty();

    private @Nullable Batch waiting;
    private long waitingIndex;
    private @Nullable Batch head;
    private long headNext;
    /** How many times it was asked to give back, and how many of them it has answered. */
    long takeBacks;

    long takeBacksAnswered;

    /** A job as an executor knows it. */
    static final class Opened {
        final LocalJob job;
        /** It has run an item of it, so that all that is done once for the job is done. */
        boolean worked;

        Opened(LocalJob job) {
            this.job = job;
        }
    }

    Slot(long executor, Section section, Host host, Bundle bundle, CodeId bundleId) {
        this.executor = executor;
        this.section = section;
        this.host = host;
        this.bundle = bundle;
        this.bundleId = bundleId;
    }

    boolean isIdle() {
        return batches.isEmpty();
    }

    /** Whether it can be given work, now or once it has ended what it runs. */
    boolean serves() {
        return ready && !retiring && !killed && halts.isEmpty() && !hasAbandoned();
    }

    boolean takesMore() {
        return serves() && !isWaiting() && batches.size() < BATCHES;
    }

    int size() {
        return batches.size();
    }

    boolean isTakingBack() {
        return takeBacksAnswered < takeBacks;
    }

    /** Whether its item waits for what it has started. */
    boolean isWaiting() {
        return waiting != null && runs(waiting, waitingIndex);
    }

    private boolean runs(Batch batch, long index) {
        return !batches.isEmpty() && first() == batch && batch.next() == index;
    }

    /** That item waits from now on, or goes on; says nothing of one that has ended since. */
    void waits(JobId job, long index, boolean now) {
        if (!batches.isEmpty() && first().job().equals(job) && runs(first(), index)) {
            waiting = now ? first() : null;
            waitingIndex = index;
        }
    }

    /** How many jobs its item is nested in. */
    int depth() {
        return first().owner.depth();
    }

    /** Whether what is first was expected to be over by now. */
    boolean isLate(long now) {
        return !batches.isEmpty() && now - first().begun > LATE_NANOS;
    }

    void add(Batch batch, long now) {
        batches.add(batch);
        host.count(batch.owner, batch.piece().count());
        settle(now);
    }

    boolean runs(JobId job) {
        return batches.stream().anyMatch(batch -> batch.job().equals(job));
    }

    boolean hasAbandoned() {
        for (Batch batch : batches) {
            if (batch.isAbandoned()) {
                return true;
            }
        }
        return false;
    }

    boolean hasAbandoned(JobId job) {
        return batches.stream()
                .anyMatch(batch -> batch.isAbandoned() && batch.job().equals(job));
    }

    /** How many items it has that are not accounted for. */
    long unaccounted() {
        long items = 0;
        for (Batch batch : batches) {
            items += batch.open();
        }
        return items;
    }

    /** How many items wait in it behind another, and could run elsewhere. */
    long spare() {
        long items = 0;
        for (Batch batch : batches) {
            items += spareOf(batch);
        }
        return items;
    }

    /** How many of these are of that job. */
    long spare(LocalJob job) {
        long items = 0;
        for (Batch batch : batches) {
            items += batch.owner == job ? spareOf(batch) : 0;
        }
        return items;
    }

    private long spareOf(Batch batch) {
        if (!batch.isWanted()) {
            return 0;
        }
        return batch == batches.getFirst() ? batch.open() - 1 : batch.open();
    }

    Batch first() {
        return batches.getFirst();
    }

    Batch last() {
        return batches.getLast();
    }

    List<Batch> batches() {
        return List.copyOf(batches);
    }

    Optional<Halt> haltIn(Piece piece) {
        return halts.stream().filter(halt -> halt.isIn(piece)).findFirst();
    }

    /** Items have ended; returns those that count, cut at the borders of batches, as neighbours of one lease each. */
    List<Piece> ended(JobId job, long from, long to, long now) {
        List<Piece> parts = new ArrayList<>();
        long at = from;
        for (Iterator<Batch> each = batches.iterator(); each.hasNext() && at < to; ) {
            Batch batch = each.next();
            long first = Math.max(at, batch.next());
            long after = Math.min(to, batch.piece().to());
            if (!batch.job().equals(job) || first >= after) {
                continue;
            }
            if (!batch.isAbandoned()) {
                parts.add(batch.piece().slice(first, after));
            }
            at = after;
            batch.endedBefore(after);
            if (batch.open() == 0) {
                each.remove();
            }
        }
        settle(now);
        return parts;
    }

    /** A batch was given back from an item on; returns the part that is to run elsewhere. */
    Optional<Piece> takenBack(long number, long from, long now) {
        for (Iterator<Batch> each = batches.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (batch.number == number) {
                Piece back = batch.cut(from);
                host.count(batch.owner, -back.count());
                if (batch.open() == 0) {
                    each.remove();
                }
                settle(now);
                return batch.isWanted() ? Optional.of(back) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Whether that is the item that it runs, as far as is known. */
    boolean isRunning(JobId job, long index) {
        return !batches.isEmpty() && first().job().equals(job) && first().next() == index;
    }

    /** Notes when another item became the first. */
    private void settle(long now) {
        Batch first = batches.peekFirst();
        if (first != null && (first != head || first.next() != headNext)) {
            if (first != head) {
                first.begun = now;
            }
            headNext = first.next();
            itemSince = now;
            itemSinceExact = false;
            permille = OptionalInt.empty();
        }
        head = first;
    }

    /** Forgets all; returns what was not accounted for. */
    List<Batch> clear() {
        List<Batch> rest = batches();
        rest.forEach(batch -> batch.owner.accountedFor(batch.open()));
        batches.clear();
        return rest;
    }
}
