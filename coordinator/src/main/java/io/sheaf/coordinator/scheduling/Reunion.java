package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Workers that come with leases of before: from an earlier registration, or from an earlier life of the coordinator. After
 * such a life nothing of its jobs is handed out before the workers of that life are back, or have had their time: what
 * they run must not be started again.
 */
final class Reunion {
    /** What was on its way when a worker came follows at once, and is not to be run again. */
    private static final long REPORTS_NANOS = 200_000_000;

    private final long epoch;
    private final Map<JobId, JobEntry> jobs;
    private final Placements placements;
    private final Outcome outcome;
    private final Endings endings;
    private final Set<WorkerId> expected = new LinkedHashSet<>();
    private boolean waits;
    private long until;

    Reunion(long epoch, Map<JobId, JobEntry> jobs, Placements placements, Outcome outcome, Endings endings) {
        this.epoch = epoch;
        this.jobs = jobs;
        this.placements = placements;
        this.outcome = outcome;
        this.endings = endings;
    }

    /** All facts of earlier lives have been heard; these workers were here when the last one ended. */
    void begin(Set<WorkerId> workers, long limit) {
        expected.addAll(workers);
        until = limit;
        waits = true;
        for (JobEntry job : jobs.values()) {
            job.awaitsWorkers = true;
            placements.offer(job);
        }
        if (workers.isEmpty()) {
            end();
        }
    }

    /** The worker is here, with what it has. */
    void joined(WorkerId worker, long now) {
        if (expected.remove(worker) && expected.isEmpty() && waits && until - now > REPORTS_NANOS) {
            until = now + REPORTS_NANOS;
        }
    }

    void timePassed(long now) {
        if (waits && until - now <= 0) {
            expected.clear();
            end();
        }
    }

    OptionalLong next() {
        return waits ? OptionalLong.of(until) : OptionalLong.empty();
    }

    private void end() {
        waits = false;
        for (JobEntry job : List.copyOf(jobs.values())) {
            job.awaitsWorkers = false;
            if (job.state() == JobState.CANCELLING) {
                // Whoever had something of it was told to drop it when it came.
                endings.concludeIfStopped(job);
            } else {
                placements.offer(job);
                endings.endIfComplete(job);
            }
        }
    }

    /** Gives the worker back those of its leases whose items nobody else has; returns which. */
    Set<LeaseId> keep(WorkerId id, List<HeldLease> held, long now) {
        Map<LeaseId, List<HeldLease>> byLease = new LinkedHashMap<>();
        held.forEach(part ->
                byLease.computeIfAbsent(part.id(), key -> new ArrayList<>()).add(part));
        Set<LeaseId> keep = new LinkedHashSet<>();
        byLease.forEach((lease, parts) -> {
            JobEntry job = reportedOn(parts.get(0).job(), lease);
            WorkerEntry worker = job == null ? null : placements.of(job).worker(id);
            if (job != null && worker != null && keep(lease, job, worker, open(job, parts), now)) {
                keep.add(lease);
            }
        });
        return keep;
    }

    /** What has ended may be here: its end was heard of, but not that it was. */
    private static List<Range> open(JobEntry job, List<HeldLease> parts) {
        return parts.stream()
                .filter(part -> part.from() < part.to())
                .flatMap(part -> job.open(new Range(part.from(), part.to())).stream())
                .toList();
    }

    private boolean keep(LeaseId id, JobEntry job, WorkerEntry worker, List<Range> items, long now) {
        if (items.isEmpty() || !items.stream().allMatch(job::isFree)) {
            return false;
        }
        Lease kept = new Lease(id, job, worker, items.stream().anyMatch(job::isSuspect));
        for (Range range : items) {
            job.takeFree(range);
            kept.open.add(range.from(), range.to());
        }
        worker.take(kept, now);
        worker.opened.add(job);
        job.openedAt.add(worker);
        if (job.state() == JobState.WAITING) {
            outcome.become(job, JobState.RUNNING);
        }
        placements.offer(job);
        return true;
    }

    /** The job that a report is about; null when it takes no reports. */
    @Nullable
    JobEntry reportedOn(JobId id, LeaseId lease) {
        JobEntry job = jobs.get(id);
        // Under a lease of before its begin the number was another job, or it is about what has ended before.
        boolean valid = job != null && job.takesWork() && lease.epoch() <= epoch && lease.compareTo(job.after) > 0;
        return valid ? job : null;
    }
}
