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

/** An executor in a slot of this worker, with the batches that it has, in the order in which it runs them. */
final class Slot {
    /** The batch that runs and the one that waits for its end. */
    static final int BATCHES = 2;

    final long executor;
    final Bundle bundle;
    final CodeId bundleId;
    final Map<JobId, LocalJob> opened = new HashMap<>();
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    boolean ready;
    /** It has run an item. */
    boolean proven;
    /** It takes nothing new and is told to end when it is idle. */
    boolean retiring;

    boolean toldToEnd;
    boolean takingBack;
    boolean killed;
    /** It is killed at {@link #killAt} unless what it must give up has ended before. */
    boolean doomed;

    long killAt;
    long readySince;
    long idleSince;

    /** What becomes of a batch that an executor has. */
    enum Fate {
        /** All of it is reported, and what does not run here waits again. */
        WANTED,
        /** What runs is reported; what does not run here is somebody else's. */
        DROPPED,
        /** It was interrupted: nothing of it counts. */
        ABANDONED
    }

    /** A piece on its way through an executor: up to {@code next} accounted for. */
    static final class Batch {
        final long number;
        Fate fate = Fate.WANTED;
        private Piece piece;
        private long next;

        Batch(long number, Piece piece) {
            this.number = number;
            this.piece = piece;
            this.next = piece.from();
        }

        JobId job() {
            return piece.job();
        }

        Piece piece() {
            return piece;
        }

        /** How many items are not accounted for. */
        long open() {
            return piece.to() - next;
        }

        /** What is not accounted for. */
        Piece rest() {
            return piece.slice(next, piece.to());
        }
    }

    Slot(long executor, Bundle bundle, CodeId bundleId) {
        this.executor = executor;
        this.bundle = bundle;
        this.bundleId = bundleId;
    }

    boolean isIdle() {
        return batches.isEmpty();
    }

    /** Whether it can be given work, now or once it has ended what it runs. */
    boolean serves() {
        return ready && !retiring && !killed && !hasAbandoned();
    }

    boolean takesMore() {
        return serves() && batches.size() < BATCHES;
    }

    int size() {
        return batches.size();
    }

    void add(Batch batch) {
        batches.add(batch);
    }

    boolean runs(JobId job) {
        return batches.stream().anyMatch(batch -> batch.job().equals(job));
    }

    boolean hasAbandoned() {
        for (Batch batch : batches) {
            if (batch.fate == Fate.ABANDONED) {
                return true;
            }
        }
        return false;
    }

    boolean hasAbandoned(JobId job) {
        return batches.stream()
                .anyMatch(batch -> batch.fate == Fate.ABANDONED && batch.job().equals(job));
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
        boolean first = true;
        for (Batch batch : batches) {
            if (batch.fate == Fate.WANTED) {
                items += first ? batch.open() - 1 : batch.open();
            }
            first = false;
        }
        return items;
    }

    Batch first() {
        return batches.getFirst();
    }

    List<Batch> batches() {
        return List.copyOf(batches);
    }

    /** Items have ended; returns those that count, cut at the borders of batches, as neighbours of one lease each. */
    List<Piece> ended(JobId job, long from, long to) {
        List<Piece> parts = new ArrayList<>();
        long at = from;
        for (Iterator<Batch> each = batches.iterator(); each.hasNext() && at < to; ) {
            Batch batch = each.next();
            long first = Math.max(at, batch.next);
            long after = Math.min(to, batch.piece.to());
            if (!batch.job().equals(job) || first >= after) {
                continue;
            }
            if (batch.fate != Fate.ABANDONED) {
                parts.add(batch.piece.slice(first, after));
            }
            at = after;
            batch.next = after;
            if (batch.open() == 0) {
                each.remove();
            }
        }
        return parts;
    }

    /** A batch was given back from an item on; returns the part that is to run elsewhere. */
    Optional<Piece> takenBack(long number, long from) {
        for (Iterator<Batch> each = batches.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (batch.number == number) {
                Piece back = batch.piece.slice(from, batch.piece.to());
                batch.piece = batch.piece.slice(batch.piece.from(), from);
                if (batch.open() == 0) {
                    each.remove();
                }
                return batch.fate == Fate.WANTED ? Optional.of(back) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** Forgets all; returns what was not accounted for. */
    List<Batch> clear() {
        List<Batch> rest = batches();
        batches.clear();
        return rest;
    }
}
