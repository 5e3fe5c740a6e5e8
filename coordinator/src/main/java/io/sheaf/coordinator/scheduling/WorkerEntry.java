package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A worker and what it has to do. */
final class WorkerEntry {
    /** With less than this to do on each slot, in measured work, a worker gets more. */
    private static final double LOW_NANOS = 100e6;

    /** What an item may take as long as none of its job was measured: two for each slot are enough. */
    private static final double GUESSED_NANOS = LOW_NANOS / 2;

    final WorkerId id;
    final int slots;
    final Set<JobId> opened = new HashSet<>();
    boolean leaving;
    long completed;
    private final Map<LeaseId, Lease> leases = new LinkedHashMap<>();
    /** The sums over the leases, so that nobody has to go through these at each report. */
    private final Map<JobEntry, Long> openOf = new LinkedHashMap<>();

    private long open;

    WorkerEntry(WorkerId id, int slots) {
        this.id = id;
        this.slots = slots;
    }

    @Nullable
    Lease lease(LeaseId lease) {
        return leases.get(lease);
    }

    List<Lease> leases() {
        return List.copyOf(leases.values());
    }

    long openItems() {
        return open;
    }

    boolean hasItemsOf(JobEntry job) {
        return openOf.containsKey(job);
    }

    void take(Lease lease) {
        leases.put(lease.id, lease);
        count(lease.job, lease.open.size());
    }

    /** These items are not this worker's any more; returns those of them that were. */
    List<Range> settle(Lease lease, Range items) {
        List<Range> had = lease.open.within(items.from(), items.to());
        lease.open.remove(items.from(), items.to());
        count(lease.job, -had.stream().mapToLong(Range::count).sum());
        if (lease.open.isEmpty()) {
            leases.remove(lease.id);
        }
        return had;
    }

    /** It has nothing of the job any more. */
    void dropAllOf(JobEntry job) {
        leases.values().removeIf(lease -> lease.job == job);
        count(job, -openOf.getOrDefault(job, 0L));
    }

    private void count(JobEntry job, long more) {
        open += more;
        if (openOf.merge(job, more, Long::sum) == 0) {
            openOf.remove(job);
        }
    }

    /** Whether it could start an item at once. */
    boolean hasIdleSlots() {
        return !leaving && open < slots;
    }

    /** Whether it would soon run dry. */
    boolean wantsMore() {
        if (leaving || slots == 0) {
            return false;
        }
        double nanos = 0;
        for (Map.Entry<JobEntry, Long> part : openOf.entrySet()) {
            double each = part.getKey().nanosPerItem();
            nanos += part.getValue() * (each == 0 ? GUESSED_NANOS : each);
            if (nanos >= LOW_NANOS * slots) {
                return open < slots;
            }
        }
        return true;
    }
}
