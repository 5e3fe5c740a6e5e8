package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.Requirement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that require the same of a worker, in the order in which they are served, and the workers that could serve them.
 * Few lanes are the rule, most often one; so what is done for each of them costs nothing that grows.
 */
final class Lane {
    /** Strict priority; among equals whoever has had least for its weight; among these the oldest. */
    static final Comparator<JobEntry> ORDER = Comparator.<JobEntry>comparingInt(
                    job -> -job.policy.share().priority())
            .thenComparingDouble(job -> job.turn.time)
            .thenComparing(job -> job.id);

    /** So many workers are looked at for a job that cannot wait for an idle one (Mitzenmacher, 2001). */
    private static final int CHOICES = 8;

    final List<Requirement> requires;
    final Set<JobEntry> jobs = new LinkedHashSet<>();
    final TreeSet<JobEntry> ready = new TreeSet<>(ORDER);
    final TreeSet<JobEntry> hungry = new TreeSet<>(ORDER);
    final Set<WorkerEntry> idle = new LinkedHashSet<>();
    final Set<WorkerEntry> low = new LinkedHashSet<>();
    private final List<WorkerEntry> workers = new ArrayList<>();
    private int next;

    Lane(List<Requirement> requires) {
        this.requires = requires;
    }

    void enter(WorkerEntry worker) {
        if (worker.offers.couldMeet(requires)) {
            workers.add(worker);
            feed(worker);
        }
    }

    void leave(WorkerEntry worker) {
        workers.remove(worker);
        idle.remove(worker);
        low.remove(worker);
    }

    /** The worker has more or less to do than before. */
    void feed(WorkerEntry worker) {
        idle.remove(worker);
        low.remove(worker);
        if (!worker.offers.couldMeet(requires) || worker.offers.room(requires) == 0) {
            return;
        }
        if (worker.hasIdleSlots()) {
            idle.add(worker);
        } else if (worker.wantsMore()) {
            low.add(worker);
        }
    }

    boolean has(WorkerEntry worker) {
        return worker.offers.couldMeet(requires);
    }

    List<WorkerEntry> workers() {
        return workers;
    }

    /** The first job in line that the worker may take. */
    @Nullable
    JobEntry bestFor(WorkerEntry worker) {
        for (JobEntry job : ready) {
            if (worker.admits(job)) {
                return job;
            }
        }
        return null;
    }

    /** Of some workers the one that has least of the job, though all its slots are taken; in turns. */
    @Nullable
    WorkerEntry roomFor(JobEntry job) {
        WorkerEntry best = null;
        int choices = Math.min(CHOICES, workers.size());
        for (int i = 0; i < choices; i++) {
            next = (next + 1) % workers.size();
            WorkerEntry worker = workers.get(next);
            boolean mayCome = worker.slots > 0
                    && worker.admits(job)
                    && worker.hasFewerAhead(job.policy.share().priority(), 2 * worker.slots);
            if (mayCome && (best == null || share(job, worker) < share(job, best))) {
                best = worker;
            }
        }
        return best;
    }

    private static double share(JobEntry job, WorkerEntry worker) {
        return (double) worker.openOf(job) / worker.slots;
    }
}
