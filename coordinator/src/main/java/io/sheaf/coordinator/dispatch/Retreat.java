package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Takes back from workers what has not started of jobs that are held: half, and half of the rest, until nothing more
 * comes back. Else the results of whole leases, which may be large, would still come for a client that takes none. For
 * one thread.
 */
final class Retreat {
    private final BiConsumer<WorkerId, JobId> recall;
    private final Map<JobId, Set<WorkerId>> under = new HashMap<>();

    /**
     * Without jobs.
     *
     * @param recall asks a worker for half of what has not started of a job
     */
    Retreat(BiConsumer<WorkerId, JobId> recall) {
        this.recall = recall;
    }

    /** The job is held; these may have something of it. */
    void begin(JobId job, Collection<WorkerId> workers) {
        under.put(job, new HashSet<>());
        workers.forEach(worker -> recall.accept(worker, job));
    }

    /** The job is not held any more. */
    void end(JobId job) {
        under.remove(job);
    }

    /** A worker has given something back. */
    void returned(WorkerId worker, JobId job) {
        Set<WorkerId> workers = under.get(job);
        if (workers != null) {
            workers.add(worker);
        }
    }

    /** A worker has answered; if it had something to give back it may have more. */
    void recalled(WorkerId worker, JobId job) {
        Set<WorkerId> workers = under.get(job);
        if (workers != null && workers.remove(worker)) {
            recall.accept(worker, job);
        }
    }
}
