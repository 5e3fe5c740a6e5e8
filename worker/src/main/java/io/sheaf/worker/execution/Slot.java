package io.sheaf.worker.execution;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** An executor in a slot of this worker, with the batches that it has, in the order in which it runs them. */
final class Slot {
    /** The batch that runs and the one that waits for its end. */
    static final int BATCHES = 2;

    final long executor;
    final Bundle bundle;
    final CodeId bundleId;
    final Set<JobId> opened = new HashSet<>();
    private final ArrayDeque<Batch> batches = new ArrayDeque<>();
    boolean ready;
    boolean retiring;
    boolean told;
    boolean takingBack;
    long idleSince;

    /** A piece on its way through an executor: up to {@code next} accounted for. */
    static final class Batch {
        final long number;
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

    boolean takesMore() {
        return ready && !retiring && batches.size() < BATCHES;
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

    /** How many items it has that are not accounted for. */
    long unaccounted() {
        return batches.stream().mapToLong(batch -> batch.rest().count()).sum();
    }

    Batch first() {
        return batches.getFirst();
    }

    List<Batch> batches() {
        return List.copyOf(batches);
    }

    /** Items have ended; returns them cut at the borders of batches, as neighbours of one lease each. */
    List<Piece> ended(JobId job, long from, long to) {
        List<Piece> parts = new ArrayList<>();
        for (Iterator<Batch> each = batches.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            long first = Math.max(from, batch.next);
            long after = Math.min(to, batch.piece.to());
            if (!batch.job().equals(job) || first >= after) {
                continue;
            }
            parts.add(batch.piece.slice(first, after));
            batch.next = after;
            if (batch.next == batch.piece.to()) {
                each.remove();
            }
        }
        return parts;
    }

    /** A batch was given back from an item on; returns the part that will not run here. */
    List<Piece> takenBack(long number, long from) {
        for (Iterator<Batch> each = batches.iterator(); each.hasNext(); ) {
            Batch batch = each.next();
            if (batch.number == number) {
                Piece back = batch.piece.slice(from, batch.piece.to());
                batch.piece = batch.piece.slice(batch.piece.from(), from);
                if (batch.next == from) {
                    each.remove();
                }
                return List.of(back);
            }
        }
        return List.of();
    }

    /** Forgets all; returns what was not accounted for. */
    List<Piece> clear() {
        List<Piece> rest = batches.stream().map(Batch::rest).toList();
        batches.clear();
        return rest;
    }
}
