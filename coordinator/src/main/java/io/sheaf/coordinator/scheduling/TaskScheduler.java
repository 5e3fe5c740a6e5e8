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
import java.util.OptionalLong;
import java.util.Set;

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
    private final Set<JobEntry> ready = new LinkedHashSet<>();
    private final Set<WorkerEntry> hungry = new LinkedHashSet<>();
    private final List<Fact> facts = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();
    private long leases;
    private int slots;

    /** A scheduler without jobs; its leases carry the epoch. */
    public TaskScheduler(long epoch) {
        this.epoch = epoch;
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
            ready.add(job);
        }
    }

    /** There are that many items and no more. */
    public void inputEnded(JobId id, long total) {
        JobEntry job = jobs.get(id);
        if (job != null && job.takesWork()) {
            job.inputEnded(total);
            ready.add(job);
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
        slots += workerSlots;
        hungry.add(worker);
        Map<LeaseId, List<HeldLease>> byLease = new LinkedHashMap<>();
        held.forEach(part ->
                byLease.computeIfAbsent(part.id(), key -> new ArrayList<>()).add(part));
        Set<LeaseId> keep = new LinkedHashSet<>();
        byLease.forEach((lease, parts) -> {
            JobEntry job = jobs.get(parts.get(0).job());
            if (job != null && job.takesWork() && parts.stream().allMatch(part -> job.areReturned(range(part)))) {
                Lease kept = new Lease(lease, job, worker);
                parts.forEach(part -> {
                    job.takeReturned(range(part));
                    kept.open.add(part.from(), part.to());
                });
                worker.leases.put(lease, kept);
                worker.opened.add(job.id);
                job.openedAt.add(worker);
                keep.add(lease);
            }
        });
        return keep;
    }

    /** The worker is gone; what it had goes elsewhere. Does nothing for one that is not here. */
    public void lost(WorkerId id) {
        WorkerEntry worker = workers.remove(id);
        if (worker == null) {
            return;
        }
        slots -= worker.slots;
        hungry.remove(worker);
        for (Lease lease : List.copyOf(worker.leases.values())) {
            giveBack(lease);
        }
        for (JobEntry job : List.copyOf(jobs.values())) {
            job.openedAt.remove(worker);
            confirmStopped(job, worker);
        }
    }

    /** The worker takes no new work. */
    public void leaving(WorkerId id) {
        WorkerEntry worker = workers.get(id);
        if (worker != null) {
            worker.leaving = true;
            hungry.remove(worker);
        }
    }

    /** Items have results; they ran for so long, together. Those that had none before become facts. */
    public void completed(WorkerId by, JobId id, LeaseId lease, Range items, long nanos) {
        settle(by, lease, items);
        JobEntry job = jobs.get(id);
        if (job == null || !job.takesWork()) {
            return;
        }
        job.measured(items.count(), nanos);
        WorkerEntry worker = workers.get(by);
        for (Range news : job.end(items.from(), items.to())) {
            facts.add(new Fact.Completed(id, news.from(), news.to()));
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
        JobEntry job = jobs.get(id);
        if (job != null && job.takesWork()) {
            fail(job, failure);
        }
    }

    /** An item's process died while it ran. */
    public void died(WorkerId by, JobId id, LeaseId lease, long index, DeathReport report) {
        Range item = new Range(index, index + 1);
        settle(by, lease, item);
        JobEntry job = jobs.get(id);
        if (job == null || !job.takesWork() || job.hasEnded(index)) {
            return;
        }
        List<DeathReport> deaths = job.died(index, report);
        if (deaths.size() >= DEATHS) {
            fail(job, new ItemFailure(index, deaths.size(), by, new Failure.Lost(deaths)));
        } else {
            job.giveBack(item);
            ready.add(job);
        }
    }

    /** Items were not started and will not be there. */
    public void returned(WorkerId by, JobId id, LeaseId lease, Range items) {
        WorkerEntry worker = workers.get(by);
        Lease held = worker == null ? null : worker.leases.get(lease);
        JobEntry job = jobs.get(id);
        if (held == null) {
            return;
        }
        List<Range> open = held.open.within(items.from(), items.to());
        settle(by, lease, items);
        if (job != null && job.takesWork()) {
            open.forEach(job::giveBack);
            ready.add(job);
        }
    }

    /** The job is to end early; returns whether it had not ended anyway. */
    public boolean cancelled(JobId id) {
        JobEntry job = jobs.get(id);
        if (job == null || !job.takesWork()) {
            return false;
        }
        become(job, JobState.CANCELLING);
        stopEverywhere(job);
        if (job.stopping.isEmpty()) {
            become(job, JobState.CANCELLED);
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
        become(job, JobState.FAILED);
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
            worker.leasesOf(job).forEach(lease -> worker.leases.remove(lease.id));
            worker.opened.remove(id);
            job.openedAt.remove(worker);
            feed(worker);
            confirmStopped(job, worker);
        }
    }

    /** Hands out work and returns all that follows since the last call. */
    public Reaction place() {
        for (WorkerEntry worker : List.copyOf(hungry)) {
            while (worker.wantsMore() && grantNext(worker)) {
                // Until it has enough, or nothing is left.
            }
            if (!worker.wantsMore()) {
                hungry.remove(worker);
            } else if (ready.isEmpty()) {
                break;
            }
        }
        Reaction reaction = new Reaction(List.copyOf(facts), List.copyOf(commands));
        facts.clear();
        commands.clear();
        return reaction;
    }

    /** How many items run at once. */
    public int slots() {
        return slots;
    }

    /** How a job stands; zeros for one that has ended. */
    public Progress progress(JobId id) {
        JobEntry job = jobs.get(id);
        if (job == null) {
            return new Progress(0, 0, 0, 0, OptionalLong.empty());
        }
        long out = 0;
        for (WorkerEntry worker : job.openedAt) {
            for (Lease lease : worker.leasesOf(job)) {
                out += lease.open.size();
            }
        }
        return new Progress(job.endedItems() - job.failed, job.failed, out, job.requeued, job.total());
    }

    /** How many slots' worth of items a worker has, and how many it has completed. */
    public Load load(WorkerId id) {
        WorkerEntry worker = workers.get(id);
        return worker == null
                ? new Load(0, 0)
                : new Load((int) Math.min(worker.slots, worker.openItems()), worker.completed);
    }

    private boolean grantNext(WorkerEntry worker) {
        while (!ready.isEmpty()) {
            JobEntry job = ready.iterator().next();
            ready.remove(job);
            if (job.takesWork() && job.unassigned() > 0) {
                grant(job, worker);
                if (job.unassigned() > 0) {
                    // To the end of the line: jobs take turns.
                    ready.add(job);
                }
                return true;
            }
        }
        return false;
    }

    private void grant(JobEntry job, WorkerEntry worker) {
        Range items = job.take(LeaseSize.of(job, job.unassigned(), worker.slots, slots));
        Lease lease = new Lease(new LeaseId(epoch, ++leases), job, worker);
        lease.open.add(items.from(), items.to());
        worker.leases.put(lease.id, lease);
        if (worker.opened.add(job.id)) {
            job.openedAt.add(worker);
            commands.add(new Command.Open(worker.id, job.id));
        }
        if (job.state() == JobState.WAITING) {
            become(job, JobState.RUNNING);
        }
        commands.add(new Command.Grant(worker.id, lease.id, job.id, items.from(), items.to()));
    }

    /** The worker is done with these items of its lease, one way or another. */
    private void settle(WorkerId by, LeaseId id, Range items) {
        WorkerEntry worker = workers.get(by);
        Lease lease = worker == null ? null : worker.leases.get(id);
        if (worker == null || lease == null) {
            return;
        }
        lease.open.remove(items.from(), items.to());
        if (lease.open.isEmpty()) {
            worker.leases.remove(id);
        }
        feed(worker);
    }

    private void feed(WorkerEntry worker) {
        if (worker.wantsMore()) {
            hungry.add(worker);
        }
    }

    private void giveBack(Lease lease) {
        lease.worker.leases.remove(lease.id);
        if (lease.job.takesWork()) {
            lease.open.ranges().forEach(lease.job::giveBack);
            ready.add(lease.job);
        }
    }

    private void fail(JobEntry job, ItemFailure failure) {
        if (!job.end(failure.index(), failure.index() + 1).isEmpty()) {
            job.failed++;
            facts.add(new Fact.Failed(job.id, failure));
            endIfComplete(job);
        }
    }

    private void endIfComplete(JobEntry job) {
        if (job.isComplete()) {
            if (job.state() == JobState.WAITING) {
                become(job, JobState.RUNNING);
            }
            become(job, job.failed == 0 ? JobState.SUCCEEDED : JobState.FAILED);
            stopEverywhere(job);
            if (job.stopping.isEmpty()) {
                forget(job);
            }
        }
    }

    /** Where something of the job may still run it is stopped, elsewhere forgotten. */
    private void stopEverywhere(JobEntry job) {
        ready.remove(job);
        for (WorkerEntry worker : List.copyOf(job.openedAt)) {
            if (worker.leasesOf(job).isEmpty()) {
                close(job, worker);
            } else {
                job.stopping.add(worker);
                commands.add(new Command.Stop(worker.id, job.id));
            }
        }
    }

    private void close(JobEntry job, WorkerEntry worker) {
        worker.opened.remove(job.id);
        job.openedAt.remove(worker);
        commands.add(new Command.Close(worker.id, job.id));
    }

    private void confirmStopped(JobEntry job, WorkerEntry worker) {
        if (job.stopping.remove(worker) && job.stopping.isEmpty()) {
            if (job.state() == JobState.CANCELLING) {
                become(job, JobState.CANCELLED);
            }
            forget(job);
        }
    }

    private void forget(JobEntry job) {
        jobs.remove(job.id);
        ready.remove(job);
    }

    private void become(JobEntry job, JobState next) {
        job.become(next);
        facts.add(new Fact.Became(job.id, next));
    }

    private static Range range(HeldLease part) {
        return new Range(part.from(), part.to());
    }
}
