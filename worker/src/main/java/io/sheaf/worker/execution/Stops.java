package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Ends what runs and is not wanted, or not for so long: first by an interrupt, and after a grace by killing its executor,
 * whose other items have been taken back by then.
 */
final class Stops {
    /** As long as an executor has not said when an item began, it may be as late as that. */
    static final long UNSURE_NANOS = 1_000_000_000;

    private final Holdings holdings;
    private final long graceNanos;
    /** What is to be said of jobs once nothing of them runs. */
    private final Map<JobId, FromWorker> farewells = new LinkedHashMap<>();
    /** What was here of jobs that cannot run. */
    private final Map<JobId, Set<LeaseId>> givenUp = new HashMap<>();

    Stops(Holdings holdings, long graceNanos) {
        this.holdings = holdings;
        this.graceNanos = graceNanos;
    }

    void stop(JobId id) {
        farewells.put(id, new FromWorker.JobStopped(id));
        forget(id);
    }

    void cannotRun(JobId id, String reason) {
        farewells.putIfAbsent(id, new FromWorker.CannotRun(id, reason));
        givenUp.putIfAbsent(id, leasesOf(id));
        forget(id);
    }

    /** Whether it is going to be said that the job cannot run here, which covers all that still comes of it. */
    boolean isGivenUp(JobId id) {
        return farewells.get(id) instanceof FromWorker.CannotRun;
    }

    /**
     * The worker is registered anew. Nobody waits for farewells any more, except of jobs that are believed to be here still
     * and cannot run: their leases are given up by nothing else.
     */
    void registered(Set<LeaseId> keep) {
        farewells
                .keySet()
                .removeIf(id -> !isGivenUp(id) || Collections.disjoint(givenUp.getOrDefault(id, Set.of()), keep));
        givenUp.keySet().retainAll(farewells.keySet());
    }

    private Set<LeaseId> leasesOf(JobId id) {
        Set<LeaseId> leases = new HashSet<>();
        LocalJob job = holdings.jobs.get(id);
        if (job != null) {
            job.waiting().forEach(piece -> leases.add(piece.lease()));
        }
        for (Slot slot : holdings.slots.values()) {
            slot.batches().stream()
                    .filter(batch -> batch.job().equals(id))
                    .forEach(batch -> leases.add(batch.piece().lease()));
        }
        return leases;
    }

    /** Nothing of the job counts any more; what runs of it is interrupted, and killed if that does not help. */
    void forget(JobId id) {
        holdings.jobs.remove(id);
        for (Slot slot : holdings.slots.values()) {
            boolean interrupt = false;
            for (Batch batch : slot.batches()) {
                if (batch.job().equals(id) && !batch.isAbandoned()) {
                    batch.fate = Batch.Fate.ABANDONED;
                    interrupt = true;
                }
            }
            if (interrupt) {
                slot.halts.removeIf(halt -> halt.job().equals(id));
                holdings.tell(slot, new ToExecutor.Interrupt(id));
            }
        }
    }

    /** One item is to end, wherever it is; says nothing when it has ended. */
    void stopItem(JobId id, LeaseId lease, long index) {
        LocalJob job = holdings.jobs.get(id);
        Optional<Piece> waiting = job == null ? Optional.empty() : job.remove(lease, index);
        if (waiting.isPresent()) {
            holdings.giveUp(waiting.get());
            return;
        }
        for (Slot slot : holdings.slots.values()) {
            for (Batch batch : slot.batches()) {
                Piece rest = batch.rest();
                if (batch.isWanted() && batch.job().equals(id) && rest.lease().equals(lease) && rest.contains(index)) {
                    halt(slot, new Halt(batch, index, OptionalLong.empty()));
                }
            }
        }
    }

    /** What has not started is out of the way before the interrupt, so that a kill can hit nothing else. */
    private void halt(Slot slot, Halt halt) {
        boolean known = slot.halts.removeIf(other -> other.batch() == halt.batch() && other.index() == halt.index());
        slot.halts.add(halt);
        if (!known) {
            holdings.takeBack(slot, slot.first());
            holdings.tell(slot, new ToExecutor.InterruptItem(halt.job(), halt.index()));
        }
    }

    /** Items that have run for too long are stopped. */
    void timeOut(long now) {
        for (Slot slot : holdings.slots.values()) {
            long deadline = limit(slot);
            if (deadline != Long.MAX_VALUE && deadline - now <= 0) {
                long limit = slot.first().owner.limitNanos();
                halt(slot, new Halt(slot.first(), slot.first().next(), OptionalLong.of(limit)));
            }
        }
    }

    /** Until when the item that runs may run; {@link Long#MAX_VALUE}: as long as it takes. */
    private static long limit(Slot slot) {
        if (slot.isIdle() || slot.killed || slot.first().isAbandoned()) {
            return Long.MAX_VALUE;
        }
        Batch first = slot.first();
        Slot.Opened opened = slot.opened.get(first.job());
        boolean halted = slot.halts.stream().anyMatch(halt -> halt.batch() == first && halt.index() == first.next());
        if (first.owner.limitNanos() == 0 || halted || opened == null || !opened.worked) {
            return Long.MAX_VALUE;
        }
        return slot.itemSince + first.owner.limitNanos() + (slot.itemSinceExact ? 0 : UNSURE_NANOS);
    }

    /** What is interrupted or told to end has its grace, and is then killed. */
    void killOverdue(long now) {
        for (Slot slot : holdings.slots.values()) {
            boolean must = slot.toldToEnd || slot.hasAbandoned() || !slot.halts.isEmpty();
            if (must && !slot.doomed) {
                slot.killAt = now + graceNanos;
            }
            slot.doomed = must;
            if (must && !slot.killed && slot.killAt - now <= 0) {
                holdings.sharing(slot).forEach(other -> other.killed = true);
                holdings.command(new Command.Kill(slot.executor));
            }
        }
    }

    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Slot slot : holdings.slots.values()) {
            if (slot.doomed && !slot.killed) {
                next = Math.min(next, slot.killAt);
            }
            next = Math.min(next, limit(slot));
        }
        return next;
    }

    /** Says of jobs that nothing of them runs any more, once that is so. */
    void confirm() {
        farewells.entrySet().removeIf(farewell -> {
            boolean over = holdings.slots.values().stream().noneMatch(slot -> slot.hasAbandoned(farewell.getKey()));
            if (over) {
                holdings.report(farewell.getValue());
                givenUp.remove(farewell.getKey());
            }
            return over;
        });
    }
}
