package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A worker and what it has to do. */
final class WorkerEntry {
    /** With less than this to do on each slot, in measured work, a worker gets more. */
    private static final double LOW_NANOS = 100e6;

    final WorkerId id;
    final int slots;
    final Map<LeaseId, Lease> leases = new LinkedHashMap<>();
    final Set<JobId> opened = new HashSet<>();
    boolean leaving;
    long completed;

    WorkerEntry(WorkerId id, int slots) {
        this.id = id;
        this.slots = slots;
    }

    long openItems() {
        return leases.values().stream().mapToLong(lease -> lease.open.size()).sum();
    }

    List<Lease> leasesOf(JobEntry job) {
        return leases.values().stream().filter(lease -> lease.job == job).toList();
    }

    /** Whether it would soon run dry. */
    boolean wantsMore() {
        if (leaving) {
            return false;
        }
        long items = 0;
        double nanos = 0;
        for (Lease lease : leases.values()) {
            items += lease.open.size();
            nanos += lease.open.size() * lease.job.nanosPerItem();
            if (items >= 2L * slots && nanos >= LOW_NANOS * slots) {
                return false;
            }
        }
        return items < slots || (nanos < LOW_NANOS * slots && (nanos > 0 || items < 2L * slots));
    }
}
