package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.RunningItem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Second attempts at items that run far longer than others, once nothing else is left to hand out: the backup tasks of
 * MapReduce (Dean and Ghemawat, 2004). The first result wins; the other attempt is stopped.
 */
final class Speculation {
    private static final double FACTOR = 2;
    private static final double SHORTEST_NANOS = 100e6;
    private static final long ROUND_NANOS = 100_000_000;

    private final Placements placements;
    private final Outcome outcome;
    private final Set<JobEntry> jobs = new LinkedHashSet<>();
    private OptionalLong next = OptionalLong.empty();

    Speculation(Placements placements, Outcome outcome) {
        this.placements = placements;
        this.outcome = outcome;
    }

    /** A job has come; most want no second attempts, and cost nothing here. */
    void enter(JobEntry job) {
        if (job.policy.speculative()) {
            jobs.add(job);
        }
    }

    /** When to look again; empty: not before something happens. */
    OptionalLong next() {
        return next;
    }

    /** A worker is new: it must not wait for the next round. */
    void hurry() {
        next = OptionalLong.empty();
    }

    /** Starts again elsewhere what takes too long, where slots are idle. */
    void speculate(long now) {
        if (next.isPresent() && next.getAsLong() - now > 0) {
            return;
        }
        next = OptionalLong.empty();
        jobs.removeIf(job -> !job.takesWork());
        for (JobEntry job : jobs) {
            boolean nearEnd = job.inputEnded() && job.unassigned() == 0;
            if (nearEnd && job.running() > 0) {
                next = OptionalLong.of(now + ROUND_NANOS);
                double limit = Math.max(SHORTEST_NANOS, FACTOR * job.pace.percentile95());
                if (job.pace.percentile95() > 0) {
                    twice(job, limit, now);
                }
            }
        }
    }

    private void twice(JobEntry job, double limit, long now) {
        for (WorkerEntry worker : List.copyOf(job.openedAt)) {
            for (RunningItem item : worker.current) {
                long nanos = worker.ranFor(item, now);
                Lease lease = worker.lease(item.lease());
                boolean late = lease != null
                        && lease.job == job
                        && nanos > limit
                        && !item.waits()
                        && lease.open.contains(item.index())
                        && !job.hasEnded(item.index())
                        && !job.tried.contains(item.index());
                WorkerEntry other = late ? idleOther(job, worker) : null;
                if (lease != null && other != null && job.room() > 0) {
                    Range range = new Range(item.index(), item.index() + 1);
                    Lease second = placements.of(job).grant(job, other, range, false);
                    job.tried.add(item.index());
                    job.doubled.put(item.index(), new ArrayList<>(List.of(lease, second)));
                }
            }
        }
    }

    private @Nullable WorkerEntry idleOther(JobEntry job, WorkerEntry than) {
        for (WorkerEntry worker : placements.of(job).laneOf(job).idle) {
            if (worker != than && !worker.leaving && !job.refusals.containsKey(worker.id)) {
                return worker;
            }
        }
        return null;
    }

    /** Items have ended under a lease: whoever else runs them is to stop. */
    void ended(JobEntry job, Range items, LeaseId under) {
        if (!job.doubled.isEmpty()) {
            for (Map.Entry<Long, List<Lease>> entry : List.copyOf(job.doubled.entrySet())) {
                long index = entry.getKey();
                if (items.from() <= index && index < items.to()) {
                    job.doubled.remove(index);
                    stop(job, index, entry.getValue(), under);
                }
            }
        }
    }

    private void stop(JobEntry job, long index, List<Lease> leases, LeaseId under) {
        for (Lease lease : leases) {
            if (!lease.id.equals(under) && lease.open.contains(index)) {
                outcome.add(new Command.StopItem(lease.worker.id, job.id, lease.id, index));
            }
        }
    }

    /**
     * A lease has these items no more.
     *
     * @return those that nobody else has
     */
    static List<Range> withoutDoubled(JobEntry job, Lease lease, List<Range> had) {
        if (job.doubled.isEmpty()) {
            return had;
        }
        List<Range> alone = new ArrayList<>(had);
        for (Long index : List.copyOf(job.doubled.keySet())) {
            List<Lease> leases = job.doubled.get(index);
            boolean was = had.stream().anyMatch(range -> range.from() <= index && index < range.to());
            if (was && leases != null && leases.remove(lease)) {
                job.doubled.remove(index);
                alone = without(alone, index);
            }
        }
        return alone;
    }

    private static List<Range> without(List<Range> ranges, long index) {
        List<Range> rest = new ArrayList<>();
        for (Range range : ranges) {
            if (index < range.from() || range.to() <= index) {
                rest.add(range);
            } else {
                rest.add(new Range(range.from(), index));
                rest.add(new Range(index + 1, range.to()));
            }
        }
        rest.removeIf(range -> range.count() == 0);
        return rest;
    }
}
