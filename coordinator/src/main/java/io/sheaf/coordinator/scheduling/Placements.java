package io.sheaf.coordinator.scheduling;

import io.sheaf.Workload;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What computes and what waits are placed apart: each worker has slots for either, and neither kind of job ever takes a
 * slot of the other. Shares and priorities count among jobs of one kind.
 */
final class Placements {
    private final long epoch;
    private final Map<Workload, Placement> parts = new EnumMap<>(Workload.class);
    private long leases;

    Placements(long epoch, Outcome outcome) {
        this.epoch = epoch;
        for (Workload workload : Workload.values()) {
            parts.put(workload, new Placement(workload, this::nextLease, outcome, this::feed));
        }
    }

    private LeaseId nextLease() {
        return new LeaseId(epoch, ++leases);
    }

    /** The last one that was granted; all later ones are greater. */
    LeaseId lastLease() {
        return new LeaseId(epoch, leases);
    }

    Placement of(JobEntry job) {
        return of(job.policy.workload());
    }

    Placement of(Workload workload) {
        return Objects.requireNonNull(parts.get(workload));
    }

    Collection<Placement> all() {
        return parts.values();
    }

    void timePassed(long to) {
        all().forEach(part -> part.timePassed(to));
    }

    void place() {
        all().forEach(Placement::place);
    }

    void enter(JobEntry job) {
        of(job).enter(job);
    }

    void enter(WorkerInfo worker) {
        Offers offers = new Offers(worker.labels());
        parts.forEach((workload, part) -> part.enter(new WorkerEntry(worker, workload, offers)));
    }

    /** Both parts of a worker; none when it is not here. */
    List<WorkerEntry> worker(WorkerId id) {
        return all().stream()
                .map(part -> part.worker(id))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    /** The worker is gone; returns what it was. */
    List<WorkerEntry> leave(WorkerId id) {
        List<WorkerEntry> left = worker(id);
        left.forEach(worker -> of(worker.workload).leave(worker));
        return left;
    }

    /** The worker has more or less to do than before; what its items have taken may be free for the other kind. */
    void feed(WorkerEntry worker) {
        of(worker.workload).feed(worker);
        if (worker.offers.isAny()) {
            worker(worker.id).stream()
                    .filter(other -> other != worker)
                    .forEach(other -> of(other.workload).feed(other));
        }
    }

    /** Something about the job has changed. */
    void offer(JobEntry job) {
        of(job).offer(job);
    }
}
