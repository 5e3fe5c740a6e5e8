package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.job.LeaseId;

/** Items that one worker may run, as far as they are not accounted for. */
final class Lease {
    final LeaseId id;
    final JobEntry job;
    final WorkerEntry worker;
    /** Its one item is suspected of losing workers: a worker has at most one such at a time. */
    final boolean suspect;

    final Intervals open = new Intervals();

    Lease(LeaseId id, JobEntry job, WorkerEntry worker, boolean suspect) {
        this.id = id;
        this.job = job;
        this.worker = worker;
        this.suspect = suspect;
    }
}
