package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which worker runs which items. Each stimulus is a method call; {@link #place} hands out work and returns what
 * follows from all stimuli since the last call. An item is done when its first result or failure arrives, whichever
 * lease it came under; what comes later is dropped.
 */
public final class TaskScheduler {
    /** An item that ended so many processes is given up. */
    static final int DEATHS = 3;

    private final long epoch;
    private final Map<JobId, JobEntry> jobs = new LinkedHashMap<>();
    private final Map<WorkerId, WorkerEntry> workers = new LinkedHashMap<>();
    private final Outcome outcome = new Outcome();
    private final Placement placement;

    /** A scheduler without jobs; its leases carry the epoch. */
    public TaskScheduler(long epoch) {
        this.epoch = epoch;
        this.placement = new Placement(epoch, outcome);
    }

    /** A job whose items will arrive. */
    public void submitted(JobId id) {
        jobs.put(id, new JobEntry(id));
    }

    /** The items up to before an index can be handed out; the bytes are those of the new ones. */
    public void arrived(JobId id, long upTo, long bytes) {
        JobEntry job = jobs.get(id);
        if (job != null && job.takesWork()) {
            job.arrived(upTo, bytes);
            placement.offer(job);
        }
    }

    /** There are that many items and no more. */
    public void inputEnded(JobId id, long total) {
        JobEntry job = jobs.get(id);
        if (job != null && job.takesWork()) {
            job.inputEnded(total);
            placement.offer(job);
            endIfComplete(job);
        }
    }

    /**
     * A worker can take work. Of the leases that it still holds, those are kept whose items nobody else has.
     *
     * @return the leases to keep
     */
    public Set<LeaseId> joined(WorkerId id, int workerSlots, List<HeldLease> held) {
        lost(id);
        WorkerEntry worker = new WorkerEntry(id, workerSlots);
        workers.put(id, worker);
        Map<LeaseId, List<HeldLease>> byLease = new LinkedHashMap<>();
        held.forEach(part ->
                byLease.computeIfAbsent(part.id(), key -> new ArrayList<>()).add(part));
        Set<LeaseId> keep = new LinkedHashSet<>();
        byLease.forEach((lease, parts) -> {
            JobEntry job = reportedOn(parts.get(0).job(), lease);
            if (job != null && parts.stream().allMatch(part -> job.areReturned(range(part)))) {
                Lease kept = new Lease(lease, job);
                parts.forEach(part -> {
                    job.takeReturned(range(part));
                    kept.open.add(part.from(), part.to());
                });
                worker.take(kept);
                worker.opened.add(job.id);
                job.openedAt.add(worker);
                keep.add(lease);
            }
        });
        placement.enter(worker);
        return keep;
    }

    /** The worker is gone; what it had goes elsewhere. Does nothing for one that is not here. */
    public void lost(WorkerId id) {
        WorkerEntry worker = workers.remove(id);
        if (worker == null) {
            return;
        }
        placement.leave(worker);
        for (Lease lease : worker.leases()) {
            if (lease.job.takesWork()) {
                giveBack(lease.job, lease.open.ranges());
            }
        }
        for (JobId opened : worker.opened) {
            JobEntry job = jobs.get(opened);
            if (job != null) {
                job.openedAt.remove(worker);
                confirmStopped(job, worker);
            }
        }
    }

    /** The worker takes no new work. */
    public void leaving(WorkerId id) {
        WorkerEntry worker = workers.get(id);
        if (worker != null) {
            worker.leaving = true;
            placement.feed(worker);
        }
    }

    /** Items have results; they ran for so long, together. Those that had none before become facts. */
    public void completed(WorkerId by, JobId id, LeaseId lease, Range items, long nanos) {
        settle(by, lease, items);
        JobEntry job = reportedOn(id, lease);
        if (job == null) {
            return;
        }
        job.measured(items.count(), nanos);
        WorkerEntry worker = workers.get(by);
        for (Range news : job.end(items.from(), items.to())) {
            outcome.add(new Fact.Completed(id, news.from(), news.to()));
            if (worker != null) {
                worker.completed += news.count();
            }
        }
        endIfComplete(job);
    }

    /** An item failed. */
    public void failed(WorkerId by, JobId id, LeaseId lease, ItemFailure failure) {
        Range item = new Range(failure.index(), failure.index() + 1);
        settle(by, lease, item);
        JobEntry job = reportedOn(id, lease);
        if (job != null) {
            fail(job, failure);
        }
    }

    /** An item's process died while it ran. */
    public void died(WorkerId by, JobId id, LeaseId lease, long index, DeathReport report) {
        Range item = new Range(index, index + 1);
        List<Range> had = settle(by, lease, item);
        JobEntry job = reportedOn(id, lease);
        if (job == null || had.isEmpty() || job.hasEnded(index)) {
            // Said before, or of an item that somebody else has by now: it must not be handed out twice.
            return;
        }
        List<DeathReport> deaths = job.died(index, report);
        if (deaths.size() >= DEATHS) {
            fail(job, new ItemFailure(index, deaths.size(), by, new Failure.Lost(deaths)));
        } else {
            giveBack(job, had);
        }
    }

    /** Items were not started and will not be there. */
    public void returned(WorkerId by, JobId id, LeaseId lease, Range items) {
        List<Range> had = settle(by, lease, items);
        JobEntry job = reportedOn(id, lease);
        if (job != null) {
            giveBack(job, had);
        }
    }

    /** The job is to end early; returns whether it had not ended anyway. */
    public boolean cancelled(JobId id) {
        JobEntry job = jobs.get(id);
        if (job == null || !job.takesWork()) {
            return false;
        }
        outcome.become(job, JobState.CANCELLING);
        stopEverywhere(job);
        if (job.stopping.isEmpty()) {
            outcome.become(job, JobState.CANCELLED);
            forget(job);
        }
        return true;
    }

    /** The job cannot run at all; returns whether it had not ended anyway. */
    public boolean cannotRun(JobId id) {
        JobEntry job = jobs.get(id);
        if (job == null || !job.takesWork()) {
            return false;
        }
        outcome.become(job, JobState.FAILED);
        stopEverywhere(job);
        if (job.stopping.isEmpty()) {
            forget(job);
        }
        return true;
    }

    /** Nothing of the job runs at the worker any more. */
    public void stopped(WorkerId by, JobId id) {
        JobEntry job = jobs.get(id);
        WorkerEntry worker = workers.get(by);
        if (job != null && worker != null) {
            worker.dropAllOf(job);
            worker.opened.remove(id);
            job.openedAt.remove(worker);
            placement.feed(worker);
            confirmStopped(job, worker);
        }
    }

    /** Hands out work and returns all that follows since the last call. */
    public Reaction place() {
        placement.place();
        return outcome.take();
    }

    /** How many items run at once. */
    public int slots() {
        return placement.slots();
    }

    /** How many items of a job are handed out and have not ended; 0 for one that is not known. */
    public long running(JobId id) {
        JobEntry job = jobs.get(id);
        return job == null ? 0 : job.running();
    }

    /** How many slots' worth of items a worker has, and how many it has completed. */
    public Load load(WorkerId id) {
        WorkerEntry worker = workers.get(id);
        return worker == null
                ? new Load(0, 0)
                : new Load((int) Math.min(worker.slots, worker.openItems()), worker.completed);
    }

    /** The worker is done with these items of its lease, one way or another; returns those that it still had. */
    private List<Range> settle(WorkerId by, LeaseId id, Range items) {
        WorkerEntry worker = workers.get(by);
        Lease lease = worker == null ? null : worker.lease(id);
        if (worker == null || lease == null) {
            return List.of();
        }
        List<Range> had = worker.settle(lease, items);
        placement.feed(worker);
        return had;
    }

    /** The job that a report is about; null when it takes no reports. */
    private @Nullable JobEntry reportedOn(JobId id, LeaseId lease) {
        // Jobs do not outlive their coordinator: under another epoch the same number was another job.
        JobEntry job = lease.epoch() == epoch ? jobs.get(id) : null;
        return job != null && job.takesWork() ? job : null;
    }

    private void giveBack(JobEntry job, List<Range> items) {
        long count = items.stream().mapToLong(job::giveBack).sum();
        if (count > 0) {
            outcome.add(new Fact.Requeued(job.id, count));
            placement.offer(job);
        }
    }

    private void fail(JobEntry job, ItemFailure failure) {
        if (!job.end(failure.index(), failure.index() + 1).isEmpty()) {
            job.failed++;
            outcome.add(new Fact.Failed(job.id, failure));
            endIfComplete(job);
        }
    }

    private void endIfComplete(JobEntry job) {
        if (job.isComplete()) {
            if (job.state() == JobState.WAITING) {
                outcome.become(job, JobState.RUNNING);
            }
            outcome.become(job, job.failed == 0 ? JobState.SUCCEEDED : JobState.FAILED);
            stopEverywhere(job);
            if (job.stopping.isEmpty()) {
                forget(job);
            }
        }
    }

    /** Where something of the job may still run it is stopped, elsewhere forgotten. */
    private void stopEverywhere(JobEntry job) {
        placement.withdraw(job);
        for (WorkerEntry worker : List.copyOf(job.openedAt)) {
            if (worker.hasItemsOf(job)) {
                job.stopping.add(worker);
                outcome.add(new Command.Stop(worker.id, job.id));
            } else {
                close(job, worker);
            }
        }
    }

    private void close(JobEntry job, WorkerEntry worker) {
        worker.opened.remove(job.id);
        job.openedAt.remove(worker);
        outcome.add(new Command.Close(worker.id, job.id));
    }

    private void confirmStopped(JobEntry job, WorkerEntry worker) {
        if (job.stopping.remove(worker) && job.stopping.isEmpty()) {
            if (job.state() == JobState.CANCELLING) {
                outcome.become(job, JobState.CANCELLED);
            }
            forget(job);
        }
    }

    private void forget(JobEntry job) {
        jobs.remove(job.id);
        placement.withdraw(job);
    }

    private static Range range(HeldLease part) {
        return new Range(part.from(), part.to());
    }
}
