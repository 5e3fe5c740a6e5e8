package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.RunningItem;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which worker runs which items. Each stimulus is a method call; {@link #place} hands out work and returns what
 * follows from all stimuli since the last call. An item is done when its first result or failure arrives, whichever
 * lease it came under; what comes later is dropped. Times are nanoseconds of any one clock.
 */
public final class TaskScheduler {
    private final Map<JobId, JobEntry> jobs = new LinkedHashMap<>();
    private final Outcome outcome = new Outcome();
    private final Placements placements;
    private final List<Recalls> recalls = new ArrayList<>();
    private final Speculation speculation;
    private final Endings endings;
    private final Attempts attempts;
    private final Reunion reunion;
    private final Overview overview;
    private long now;

    /** A scheduler without jobs; its leases carry the epoch. */
    public TaskScheduler(long epoch) {
        this.placements = new Placements(epoch, outcome);
        placements.all().forEach(part -> recalls.add(new Recalls(part, outcome)));
        this.speculation = new Speculation(placements, outcome);
        this.endings = new Endings(jobs, placements, outcome);
        this.attempts = new Attempts(placements, outcome, endings);
        this.reunion = new Reunion(epoch, jobs, placements, outcome, endings);
        this.overview = new Overview(jobs, placements);
    }

    /** It is that late; said before the stimuli of that time. */
    public void timePassed(long to) {
        now = to;
        outcome.timePassed(to);
        placements.timePassed(to);
        overview.timePassed(to);
    }

    /** A job whose items will arrive. */
    public void submitted(JobId id, Policy policy) {
        submitted(id, policy, Headway.NONE);
    }

    /** A job whose items will arrive, but for those that have ended before: also one that had ended, and goes on. */
    public void submitted(JobId id, Policy policy, Headway headway) {
        Fact.Submitted fact = new Fact.Submitted(id, policy, headway, placements.lastLease());
        outcome.add(enter(fact), fact);
    }

    private JobEntry enter(Fact.Submitted fact) {
        JobEntry job = new JobEntry(fact, now);
        jobs.put(job.id, job);
        placements.enter(job);
        speculation.enter(job);
        return job;
    }

    /** A fact of an earlier life: after all of them this scheduler goes on where that one was. */
    public void replay(Fact fact) {
        JobEntry job = fact instanceof Fact.Submitted submitted ? enter(submitted) : jobs.get(fact.job());
        if (job != null) {
            job.replay(fact, now);
            placements.offer(job);
            if (!job.takesWork()) {
                placements.of(job).withdraw(job);
            }
            if (job.state().ended()) {
                jobs.remove(job.id);
            }
        }
    }

    /**
     * All facts of earlier lives have been replayed. What they left is handed out once the workers of the last one are
     * here, or after a limit: these may still run it.
     */
    public void recovered(Set<WorkerId> workers, long limit) {
        reunion.begin(workers, limit);
    }

    /** The items up to before an index can be handed out; the bytes are those of the new ones. */
    public void arrived(JobId id, long upTo, long bytes) {
        JobEntry job = atWork(id);
        if (job != null) {
            outcome.add(job, new Fact.Arrived(id, upTo, bytes));
            placements.offer(job);
        }
    }

    /** There are that many items and no more. */
    public void inputEnded(JobId id, long total) {
        JobEntry job = atWork(id);
        if (job != null) {
            outcome.add(job, new Fact.InputEnded(id, total));
            placements.offer(job);
            endings.endIfComplete(job);
        }
    }

    /**
     * A worker can take work. Of the leases that it still holds, those are kept whose items nobody else has.
     *
     * @return the leases to keep
     */
    public Set<LeaseId> joined(WorkerInfo info, List<HeldLease> held) {
        remove(info.id(), null);
        placements.enter(info);
        Set<LeaseId> keep = reunion.keep(info.id(), held, now);
        reunion.joined(info.id(), now);
        placements.worker(info.id()).forEach(placements::feed);
        recalls.forEach(Recalls::hurry);
        speculation.hurry();
        return keep;
    }

    /**
     * The worker is gone; what it had goes elsewhere. Does nothing for one that is not here.
     *
     * @param how what is held against the items that ran there, should that happen to them again and again
     */
    public void lost(WorkerId id, DeathReport how) {
        remove(id, how);
    }

    private void remove(WorkerId id, @Nullable DeathReport how) {
        placements.leave(id).forEach(worker -> remove(worker, how));
    }

    private void remove(WorkerEntry worker, @Nullable DeathReport how) {
        if (how != null && !worker.leaving) {
            for (RunningItem item : worker.current) {
                JobEntry job = atWork(item.job());
                Lease lease = worker.lease(item.lease());
                if (job != null && lease != null && lease.open.contains(item.index())) {
                    attempts.wasThere(job, item.index(), how, worker.ranFor(item, now));
                }
            }
        }
        for (Lease lease : worker.leases()) {
            if (lease.job.takesWork()) {
                List<Range> had = Speculation.withoutDoubled(lease.job, lease, lease.open.ranges());
                attempts.giveBack(lease.job, had, !worker.leaving);
            }
        }
        for (JobEntry job : worker.opened) {
            job.openedAt.remove(worker);
            endings.confirmStopped(job, worker);
        }
    }

    /** The worker takes no new work. */
    public void leaving(WorkerId id) {
        for (WorkerEntry worker : placements.worker(id)) {
            worker.leaving = true;
            placements.feed(worker);
        }
    }

    /** The worker runs these items now. */
    public void runs(WorkerId id, List<RunningItem> items) {
        for (WorkerEntry worker : placements.worker(id)) {
            worker.current = items;
            worker.currentAt = now;
        }
    }

    /** Items have results; they ran for so long, together. Those that had none before become facts. */
    public void completed(WorkerId by, JobId id, LeaseId lease, Range items, long nanos) {
        JobEntry job = reportedOn(id, lease);
        if (job != null) {
            job.reach(items.to());
            speculation.ended(job, items, lease);
        }
        settle(by, lease, items);
        if (job == null) {
            return;
        }
        WorkerEntry worker = placements.of(job).worker(by);
        job.pace.measured(items.count(), nanos);
        if (worker != null) {
            placements.of(job).measured(job, worker, items.count(), nanos);
        }
        for (Range news : job.notEnded(items)) {
            outcome.add(job, new Fact.Completed(id, news.from(), news.to()));
            if (worker != null) {
                worker.completed += news.count();
            }
        }
        placements.offer(job);
        endings.endIfComplete(job);
    }

    /** The results of so many items took so many bytes: leases are kept small enough for both ways. */
    public void weighed(JobId id, long items, long bytes) {
        JobEntry job = atWork(id);
        if (job != null) {
            job.pace.weighed(items, bytes);
        }
    }

    /** An item failed. It is run again if it threw and may be. */
    public void failed(WorkerId by, JobId id, LeaseId lease, ItemFailure failure) {
        long index = failure.index();
        JobEntry job = reportedOn(id, lease);
        boolean twice = job != null && job.doubled.containsKey(index);
        List<Range> had = settle(by, lease, new Range(index, index + 1));
        boolean runsElsewhere = twice && had.isEmpty();
        if (job == null) {
            return;
        }
        job.reach(index + 1);
        if (job.troubles.isKnown(index, lease)) {
            attempts.giveBack(job, had, false);
        } else if (!runsElsewhere && job.wasHandedOut(index) && !job.hasEnded(index)) {
            attempts.failed(job, by, lease, failure, !had.isEmpty(), now);
        }
    }

    /** An item's process died after it had run for so long. */
    public void died(WorkerId by, JobId id, LeaseId lease, long index, DeathReport report, long nanos) {
        JobEntry job = reportedOn(id, lease);
        boolean twice = job != null && job.doubled.containsKey(index);
        List<Range> had = settle(by, lease, new Range(index, index + 1));
        // Said before, or of an item that somebody else has by now: it must not be handed out twice.
        boolean isOld = had.isEmpty() && !twice;
        if (job != null && job.troubles.isKnown(index, lease)) {
            attempts.giveBack(job, had, false);
        } else if (job != null && !isOld && !job.hasEnded(index)) {
            attempts.died(job, index, lease, report, nanos, had);
        }
    }

    /** Items have not ended and will not there. */
    public void returned(WorkerId by, JobId id, LeaseId lease, Range items) {
        List<Range> had = settle(by, lease, items);
        JobEntry job = reportedOn(id, lease);
        if (job != null) {
            attempts.giveBack(job, had, false);
        }
    }

    /** All that could be taken back has been returned. */
    public void recalled(WorkerId by, JobId id) {
        JobEntry job = jobs.get(id);
        WorkerEntry worker = job == null ? null : placements.of(job).worker(by);
        if (worker != null && job != null) {
            worker.recalled(job, now);
        }
    }

    /** The worker cannot run the job; what it had of it goes elsewhere, if anybody can run it. */
    public void cannotRun(WorkerId by, JobId id, String reason) {
        JobEntry job = jobs.get(id);
        WorkerEntry worker = job == null ? null : placements.of(job).worker(by);
        if (worker == null || job == null) {
            return;
        }
        List<Lease> dropped = worker.dropAllOf(job, now);
        worker.close(job);
        job.openedAt.remove(worker);
        placements.feed(worker);
        if (job.takesWork()) {
            dropped.forEach(lease ->
                    attempts.giveBack(job, Speculation.withoutDoubled(job, lease, lease.open.ranges()), false));
            endings.refused(job, worker, reason);
        } else {
            endings.confirmStopped(job, worker);
        }
    }

    /** The job is to end early; returns whether it had not ended anyway. */
    public boolean cancelled(JobId id) {
        JobEntry job = atWork(id);
        if (job != null) {
            endings.endEarly(job);
        }
        return job != null;
    }

    /** The job cannot go on at all, for this reason; returns whether it had not ended anyway. */
    public boolean cannotGoOn(JobId id, String reason) {
        JobEntry job = atWork(id);
        if (job != null) {
            endings.giveUp(job, reason);
        }
        return job != null;
    }

    /** One item is not wanted any more: it ends as cancelled, and is stopped where it runs. */
    public void itemCancelled(JobId id, long index) {
        JobEntry job = atWork(id);
        if (job != null) {
            attempts.cancelled(job, index);
        }
    }

    /** Nothing more of the job is handed out until {@link #release}: what it brings has no place to go. */
    public void hold(JobId id) {
        hold(id, true);
    }

    /** The job goes on. */
    public void release(JobId id) {
        hold(id, false);
    }

    private void hold(JobId id, boolean held) {
        JobEntry job = atWork(id);
        if (job != null) {
            job.held = held;
            placements.offer(job);
        }
    }

    /** Nothing of the job runs at the worker any more. */
    public void stopped(WorkerId by, JobId id) {
        JobEntry job = jobs.get(id);
        WorkerEntry worker = job == null ? null : placements.of(job).worker(by);
        if (job != null && worker != null) {
            worker.dropAllOf(job, now);
            worker.close(job);
            job.openedAt.remove(worker);
            placements.feed(worker);
            endings.confirmStopped(job, worker);
        }
    }

    /** Hands out work and returns all that follows since the last call. */
    public Reaction place() {
        attempts.endDelays(now);
        reunion.timePassed(now);
        placements.place();
        speculation.speculate(now);
        recalls.forEach(part -> part.recall(now));
        return outcome.take();
    }

    /** When to call {@link #place} though nothing has happened; empty: not needed. */
    public OptionalLong nextDeadline() {
        LongStream asking = recalls.stream().flatMapToLong(part -> part.next().stream());
        LongStream others = LongStream.concat(attempts.next().stream(), speculation.next().stream());
        return LongStream.concat(LongStream.concat(asking, others), reunion.next().stream())
                .min();
    }

    /** How things stand, and why. */
    public Overview overview() {
        return overview;
    }

    /** The worker is done with these items of its lease, one way or another; returns those that nobody has now. */
    private List<Range> settle(WorkerId by, LeaseId id, Range items) {
        for (WorkerEntry worker : placements.worker(by)) {
            Lease lease = worker.lease(id);
            if (lease != null) {
                List<Range> had = worker.settle(lease, items, now);
                placements.feed(worker);
                return Speculation.withoutDoubled(lease.job, lease, had);
            }
        }
        return List.of();
    }

    private @Nullable JobEntry atWork(JobId id) {
        JobEntry job = jobs.get(id);
        return job != null && job.takesWork() ? job : null;
    }

    private @Nullable JobEntry reportedOn(JobId id, LeaseId lease) {
        return reunion.reportedOn(id, lease);
    }
}
