package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who gets what next. Idle slots come before reserves: else the first worker in line would take all of a small job to
 * wait there, while others stand still. Costs nothing where there is nothing to hand out or nobody to take it.
 */
final class Placement {
    private final long epoch;
    private final Outcome outcome;
    private final Set<JobEntry> ready = new LinkedHashSet<>();
    private final Set<WorkerEntry> idle = new LinkedHashSet<>();
    private final Set<WorkerEntry> low = new LinkedHashSet<>();
    private long leases;
    private int slots;

    Placement(long epoch, Outcome outcome) {
        this.epoch = epoch;
        this.outcome = outcome;
    }

    /** How many items run at once. */
    int slots() {
        return slots;
    }

    void enter(WorkerEntry worker) {
        slots += worker.slots;
        feed(worker);
    }

    void leave(WorkerEntry worker) {
        slots -= worker.slots;
        idle.remove(worker);
        low.remove(worker);
    }

    /** The worker has more or less to do than before. */
    void feed(WorkerEntry worker) {
        idle.remove(worker);
        low.remove(worker);
        if (worker.hasIdleSlots()) {
            idle.add(worker);
        } else if (worker.wantsMore()) {
            low.add(worker);
        }
    }

    /** The job may have items that nobody has; it goes to the end of the line, unless it stands there already. */
    void offer(JobEntry job) {
        ready.add(job);
    }

    void withdraw(JobEntry job) {
        ready.remove(job);
    }

    void place() {
        serve(idle);
        serve(low);
    }

    /** In turns: a worker that wants still more goes to the end of its line. */
    private void serve(Set<WorkerEntry> line) {
        while (!line.isEmpty()) {
            JobEntry job = nextJob();
            if (job == null) {
                return;
            }
            WorkerEntry worker = line.iterator().next();
            grant(job, worker);
            feed(worker);
            if (job.unassigned() > 0) {
                offer(job);
            }
        }
    }

    private @Nullable JobEntry nextJob() {
        while (!ready.isEmpty()) {
            JobEntry job = ready.iterator().next();
            ready.remove(job);
            if (job.takesWork() && job.unassigned() > 0) {
                return job;
            }
        }
        return null;
    }

    private void grant(JobEntry job, WorkerEntry worker) {
        Range items = job.take(LeaseSize.of(job, worker, slots));
        Lease lease = new Lease(new LeaseId(epoch, ++leases), job);
        lease.open.add(items.from(), items.to());
        worker.take(lease);
        if (worker.opened.add(job.id)) {
            job.openedAt.add(worker);
            outcome.add(new Command.Open(worker.id, job.id));
        }
        if (job.state() == JobState.WAITING) {
            outcome.become(job, JobState.RUNNING);
        }
        outcome.add(new Command.Grant(worker.id, lease.id, job.id, items.from(), items.to()));
    }
}
