package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hands waiting items to the executors of one section, in the order of {@link Turns}. What an executor has and has not started can be taken
 * back: for an idle one, and for a job that must not wait behind it.
 */
final class Assignment {
    private final Section section;
    private final int places;
    private final Yielding yielding;
    private final Holdings holdings;
    private final Turns turns;
    private long batches;

    Assignment(Section section, int places, Yielding yielding, Holdings holdings, Turns turns) {
        this.section = section;
        this.places = places;
        this.yielding = yielding;
        this.holdings = holdings;
        this.turns = turns;
    }

    private Collection<Slot> slots() {
        return holdings.slots(section);
    }

    /** Hands out what can be handed out now. */
    void assign(long now) {
        yielding.look();
        feed(now);
        makeWay(now);
        share();
    }

    private void feed(long now) {
        for (int depth = 1; depth <= Slot.BATCHES; depth++) {
            for (Slot slot : slots()) {
                // Behind what takes long nothing waits: it might be taken back at once, and given again, without end.
                if (slot.takesMore() && slot.size() < depth && !slot.isLate(now)) {
                    turns.next(section, slot.bundleId, job -> yielding.admits(job, slot))
                            .ifPresent(job -> give(slot, job, now));
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
        Batch batch = new Batch(++batches, job, job.next(section, places, slot.host.left(job)));
        slot.add(batch, now);
        if (slot.host.left(job) == 0) {
            holdings.sharing(slot).forEach(other -> other.retiring = true);
        }
        Piece piece = batch.piece();
        holdings.tell(
                slot,
                new ToExecutor.Batch(batch.number, job.id(), piece.segment(job.opened.source()), piece.repeated()));
    }

    private ToExecutor opening(LocalJob job) {
        ToWorker.JobOpened opened = job.opened;
        return new ToExecutor.Open(
                job.id(),
                opened.work(),
                opened.initializer(),
                opened.form(),
                holdings.self,
                opened.nesting().token());
    }

    /** What executors have prefetched is taken back where the item of a job that must not wait so long is to go. */
    private void makeWay(long now) {
        for (Slot slot : slots()) {
            if (!slot.serves() || slot.spare() == 0 || slot.isTakingBack()) {
                continue;
            }
            Optional<LocalJob> next = turns.next(section, slot.bundleId, job -> yielding.admits(job, slot));
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

    private long seats(LocalJob job, LocalJob other) {
        return job.priority() > other.priority() ? job.waitingItems(section) : 1;
    }

    private long seatsOnTheirWay(Slot slot, LocalJob job) {
        return slots().stream()
                .filter(other -> other.bundleId.equals(slot.bundleId) && other.serves() && other.isTakingBack())
                .filter(other -> Turns.presses(job, other.last().owner))
                .count();
    }

    /** Whether all that executors have of the job waits behind items of others. */
    private boolean isStuck(LocalJob job, Slot in) {
        return in.first().owner != job
                && slots().stream().noneMatch(slot -> !slot.isIdle() && slot.first().owner == job);
    }

    /** When nothing waits, idle executors take over what has not started of those that have most. */
    private void share() {
        Map<CodeId, Long> idle = new HashMap<>();
        for (Slot slot : slots()) {
            if (slot.isIdle()
                    && slot.takesMore()
                    && turns.next(section, slot.bundleId).isEmpty()) {
                idle.merge(slot.bundleId, 1L, Long::sum);
            }
        }
        idle.forEach(this::share);
    }

    /** Asks as few as will do; what has been asked for already counts. */
    private void share(CodeId bundle, long idle) {
        List<Slot> fullest = slots().stream()
                .filter(slot -> slot.bundleId.equals(bundle) && slot.spare() > 0)
                .filter(slot -> yielding.admits(slot.last().owner, null))
                .sorted(Comparator.comparing((Slot slot) -> !slot.isTakingBack())
                        .thenComparing(Comparator.comparingLong((Slot slot) -> slot.spare())
                                .reversed()))
                .toList();
        long missing = idle;
        for (Slot slot : fullest) {
            if (missing > 0 && !slot.isTakingBack()) {
                holdings.takeBack(slot, slot.first());
            }
            missing -= slot.spare();
        }
    }

    /** When it is to be looked at again whether somebody is stuck; {@link Long#MAX_VALUE}: not for that reason. */
    long nextDeadline(long now) {
        if (holdings.jobs.size() < 2) {
            return Long.MAX_VALUE;
        }
        long deadline = Long.MAX_VALUE;
        for (Slot slot : slots()) {
            if (slot.serves() && slot.spare() > 0 && !slot.isLate(now)) {
                deadline = Math.min(deadline, slot.first().begun + Slot.LATE_NANOS + 1);
            }
        }
        return deadline;
    }
}
