package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.job.LeaseId;

/** Items that one worker may run, as far as they are not accounted for. */
final class Lease {
    final LeaseId id;
    final JobEntry job;
    final Intervals open = new Intervals();

    Lease(LeaseId id, JobEntry job) {
        this.id = id;
        this.job = job;
    }
}
