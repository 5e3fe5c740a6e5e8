package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Takes work back from those who would finish last, for those who have none: stealing half, as Cilk's and Chapel's
 * schedulers do, but decided in one place and carried out by whoever has the work, so that nothing that runs is taken.
 */
final class Recalls {
    /** Work that would be over sooner is not worth the journey. */
    private static final double WORTH_NANOS = 20e6;

    private static final long ROUND_NANOS = 10_000_000;

    private final Placement placement;
    private final Outcome outcome;
    private long nextRound = Long.MIN_VALUE;
    private boolean waits;

    /** What could be asked back. */
    private record Candidate(WorkerEntry worker, JobEntry job, long unstarted, double nanos) {}

    Recalls(Placement placement, Outcome outcome) {
        this.placement = placement;
        this.outcome = outcome;
    }

    /** When to look again; empty: not before something happens. */
    OptionalLong next() {
        return waits ? OptionalLong.of(nextRound) : OptionalLong.empty();
    }

    /** A worker is new: it must not wait for the next round. */
    void hurry() {
        nextRound = Long.MIN_VALUE;
    }

    /** Looks who has nothing to do, and asks others for theirs; at most once in a round. */
    void recall(long now) {
        long slots = idleSlots();
        if (slots == 0) {
            waits = false;
            return;
        }
        if (nextRound != Long.MIN_VALUE && nextRound - now > 0) {
            return;
        }
        List<Candidate> candidates = candidates(now);
        waits = !candidates.isEmpty();
        nextRound = now + ROUND_NANOS;
        for (Candidate candidate : candidates) {
            if (slots > 0 && candidate.nanos >= WORTH_NANOS && hasTaker(candidate)) {
                candidate.worker.recalls(candidate.job);
                outcome.add(new Command.Recall(candidate.worker.id, candidate.job.id));
                slots -= (candidate.unstarted + 1) / 2;
            }
        }
    }

    private long idleSlots() {
        long slots = 0;
        for (Lane lane : placement.lanes()) {
            for (WorkerEntry worker : lane.idle) {
                slots += worker.slots - worker.openItems();
            }
        }
        return slots;
    }

    private boolean hasTaker(Candidate candidate) {
        for (WorkerEntry idle : placement.laneOf(candidate.job).idle) {
            if (!idle.leaving && !candidate.job.refusals.containsKey(idle.id)) {
                return true;
            }
        }
        return false;
    }

    /** All that has not started anywhere and is not asked for already; what would end last comes first. */
    private List<Candidate> candidates(long now) {
        List<Candidate> candidates = new ArrayList<>();
        for (WorkerEntry worker : placement.workers()) {
            long queued = worker.openItems() - worker.slots;
            if (queued <= 0) {
                continue;
            }
            for (Map.Entry<JobEntry, WorkerEntry.Part> entry : worker.parts().entrySet()) {
                JobEntry job = entry.getKey();
                WorkerEntry.Part part = entry.getValue();
                if (job.takesWork() && !job.held && worker.mayRecall(job, now)) {
                    long unstarted = Math.min(part.open(), queued);
                    double each = expected(job, worker, now - part.heardAt());
                    candidates.add(new Candidate(worker, job, unstarted, unstarted * each / worker.slots));
                }
            }
        }
        candidates.sort(Comparator.comparingDouble(candidate -> -candidate.nanos));
        return candidates;
    }

    /** What nothing was heard of for long will go on for as long again. */
    private static double expected(JobEntry job, WorkerEntry worker, long silence) {
        double measured = job.pace.nanosPerItem() == 0 ? 0 : worker.nanosPerItem(job);
        return Math.max(measured, (double) silence);
    }
}
