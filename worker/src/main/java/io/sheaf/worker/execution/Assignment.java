package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import java.util.Comparator;
import java.util.Optional;

/**
 * Hands waiting items to executors, in the order of {@link Turns}. What an executor has and has not started can be taken
 * back: for an idle one, and for a job that must not wait behind it.
 */
final class Assignment {
    private final int slots;
    private final Holdings holdings;
    private final Turns turns;
    private long batches;

    Assignment(int slots, Holdings holdings) {
        this.slots = slots;
        this.holdings = holdings;
        this.turns = new Turns(holdings.jobs.values());
    }

    /** Items of the job are about to wait here. */
    void begins(LocalJob job) {
        turns.begins(job);
    }

    /** Hands out what can be handed out now. */
    void assign(long now) {
        feed(now);
        makeWay(now);
        share();
    }

    private void feed(long now) {
        for (int depth = 1; depth <= Slot.BATCHES; depth++) {
            for (Slot slot : holdings.slots.values()) {
                // Behind what takes long nothing waits: it might be taken back at once, and given again, without end.
                if (slot.takesMore() && slot.size() < depth && !slot.isLate(now)) {
                    turns.next(slot.bundleId).ifPresent(job -> give(slot, job, now));
                }
            }
        }
    }

    private void give(Slot slot, LocalJob job, long now) {
        Slot.Opened opened = slot.opened.get(job.id());
        if (opened == null || opened.job != job) {
            opened = new Slot.Opened(job);
            slot.opened.put(job.id(), opened);
            holdings.tell(slot, opening(job));
        }
        Batch batch = new Batch(++batches, job, job.next(slots, slot.left(job)));
        slot.add(batch, now);
        slot.retiring |= slot.left(job) == 0;
        Piece piece = batch.piece();
        holdings.tell(
                slot,
                new ToExecutor.Batch(batch.number, job.id(), piece.segment(job.opened.source()), piece.repeated()));
    }

    private ToExecutor opening(LocalJob job) {
        ToWorker.JobOpened opened = job.opened;
        return new ToExecutor.Open(job.id(), opened.work(), opened.initializer(), opened.form(), holdings.self);
    }

    /** What executors have prefetched is taken back where the item of a job that must not wait so long is to go. */
    private void makeWay(long now) {
        for (Slot slot : holdings.slots.values()) {
            if (!slot.serves() || slot.spare() == 0 || slot.isTakingBack()) {
                continue;
            }
            Optional<LocalJob> next = turns.next(slot.bundleId);
            Batch last = slot.last();
            if (next.isPresent() && Turns.presses(next.get(), last.owner)) {
                if (slot.isLate(now)) {
                    holdings.takeBack(slot, slot.first());
                } else if (slot.size() > 1
                        && Turns.goesBefore(next.get(), last.owner, last.open())
                        && seatsOnTheirWay(slot, next.get()) < seats(next.get(), last.owner)) {
                    holdings.takeBack(slot, last);
                }
            } else if (slot.size() > 1 && slot.isLate(now) && isStuck(last.owner, slot)) {
                holdings.takeBack(slot, last);
            }
        }
    }

    private static long seats(LocalJob job, LocalJob other) {
        return job.priority() > other.priority() ? job.waitingItems() : 1;
    }

    private long seatsOnTheirWay(Slot slot, LocalJob job) {
        return holdings.slots.values().stream()
                .filter(other -> other.bundleId.equals(slot.bundleId) && other.serves() && other.isTakingBack())
                .filter(other -> Turns.presses(job, other.last().owner))
                .count();
    }

    /** Whether all that executors have of the job waits behind items of others. */
    private boolean isStuck(LocalJob job, Slot in) {
        return in.first().owner != job
                && holdings.slots.values().stream().noneMatch(slot -> !slot.isIdle() && slot.first().owner == job);
    }

    /** When nothing waits, an idle executor takes over what has not started of the one that has most. */
    private void share() {
        for (Slot idle : holdings.slots.values()) {
            if (!idle.isIdle() || !idle.takesMore() || turns.next(idle.bundleId).isPresent()) {
                continue;
            }
            holdings.slots.values().stream()
                    .filter(slot -> slot.bundleId.equals(idle.bundleId) && slot.spare() > 0)
                    .max(Comparator.comparingLong(Slot::spare))
                    .filter(slot -> !slot.isTakingBack())
                    .ifPresent(slot -> holdings.takeBack(slot, slot.first()));
        }
    }

    /** When it is to be looked at again whether somebody is stuck; {@link Long#MAX_VALUE}: not for that reason. */
    long nextDeadline(long now) {
        if (holdings.jobs.size() < 2) {
            return Long.MAX_VALUE;
        }
        return holdings.slots.values().stream()
                .filter(slot -> slot.serves() && slot.spare() > 0 && !slot.isLate(now))
                .mapToLong(slot -> slot.first().begun + Slot.LATE_NANOS + 1)
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
