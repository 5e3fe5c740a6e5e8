package io.sheaf.coordinator.scheduling;

import io.sheaf.Workload;
import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who gets what next. Idle slots come first; then jobs that have less than their share although all slots are taken;
 * then reserves: else the first worker in line would take all of a small job to wait there, while others stand still.
 * Jobs are served by strict priority, and among equals by start-time fair queuing (Goyal, Vin and Cheng, 1996) in
 * slot-time. Costs nothing where there is nothing to hand out or nobody to take it. One for each kind of work.
 */
final class Placement {
    final Workload workload;
    private final Supplier<LeaseId> leaseIds;
    private final Outcome outcome;
    private final Consumer<WorkerEntry> took;
    private final Map<List<Requirement>, Lane> lanes = new LinkedHashMap<>();
    private final Map<Integer, Double> served = new HashMap<>();
    private final TreeMap<Integer, Long> weights = new TreeMap<>();
    private final Map<WorkerId, WorkerEntry> workers = new LinkedHashMap<>();
    private int slots;
    private double power;
    private long now;

    /** @param took told of a worker that has got more to do, so that what it offers is known to be taken */
    Placement(Workload workload, Supplier<LeaseId> leaseIds, Outcome outcome, Consumer<WorkerEntry> took) {
        this.workload = workload;
        this.leaseIds = leaseIds;
        this.outcome = outcome;
        this.took = took;
    }

    @Nullable
    WorkerEntry worker(WorkerId id) {
        return workers.get(id);
    }

    Collection<WorkerEntry> workers() {
        return workers.values();
    }

    /** How many items run at once. */
    int slots() {
        return slots;
    }

    void timePassed(long to) {
        now = to;
    }

    void enter(WorkerEntry worker) {
        workers.put(worker.id, worker);
        slots += worker.slots;
        power += worker.slots * worker.speed();
        lanes.values().forEach(lane -> lane.enter(worker));
    }

    void leave(WorkerEntry worker) {
        workers.remove(worker.id);
        slots -= worker.slots;
        power -= worker.slots * worker.speed();
        lanes.values().forEach(lane -> lane.leave(worker));
    }

    /** Items of the job ran at the worker for so long, together. */
    void measured(JobEntry job, WorkerEntry worker, long items, long nanos) {
        power -= worker.slots * worker.speed();
        worker.measured(job, items, nanos);
        power += worker.slots * worker.speed();
    }

    /** The worker has more or less to do than before. */
    void feed(WorkerEntry worker) {
        lanes.values().forEach(lane -> lane.feed(worker));
    }

    void enter(JobEntry job) {
        laneOf(job).jobs.add(job);
    }

    Lane laneOf(JobEntry job) {
        return lanes.computeIfAbsent(job.policy.share().requires(), requires -> {
            Lane lane = new Lane(requires);
            workers.values().forEach(lane::enter);
            return lane;
        });
    }

    Collection<Lane> lanes() {
        return lanes.values();
    }

    void withdraw(JobEntry job) {
        Lane lane = laneOf(job);
        leaveLine(lane, job);
        activate(job, false);
        lane.jobs.remove(job);
        if (lane.jobs.isEmpty()) {
            lanes.remove(job.policy.share().requires());
        }
    }

    private static void leaveLine(Lane lane, JobEntry job) {
        lane.ready.remove(job);
        lane.hungry.remove(job);
    }

    /** Something about the job has changed: gives it its place in line, if it belongs there; one that ends has none. */
    void offer(JobEntry job) {
        if (!job.takesWork()) {
            return;
        }
        Lane lane = laneOf(job);
        leaveLine(lane, job);
        activate(job, job.unassigned() > 0 || job.running() > 0);
        job.turn.time = job.turn.head + used(job);
        if (job.isReady()) {
            lane.ready.add(job);
            if (isHungry(job)) {
                lane.hungry.add(job);
            }
        }
    }

    /** Whether it has less at workers than keeps its share of the slots busy until more can come. */
    private boolean isHungry(JobEntry job) {
        // A slot whose item ends must find the next of the same rank there, or it takes one of a lower.
        boolean isAbove =
                !weights.isEmpty() && weights.firstKey() < job.policy.share().priority();
        return job.running() * job.nanosPerItem() < WorkerEntry.LOW_NANOS * entitled(job)
                || (isAbove && job.running() < 2 * entitled(job));
    }

    /** What it has had of the cluster, for its weight; what is handed out counts in advance. */
    private static double used(JobEntry job) {
        return (job.pace.total() + job.running() * job.nanosPerItem())
                / job.policy.share().weight();
    }

    /** A job that begins to have work begins where the others are, whatever it has had or not had before. */
    private void activate(JobEntry job, boolean active) {
        if (job.turn.active == active) {
            return;
        }
        job.turn.active = active;
        int priority = job.policy.share().priority();
        long weight = job.policy.share().weight();
        weights.merge(priority, active ? weight : -weight, Long::sum);
        if (weights.getOrDefault(priority, 0L) == 0) {
            weights.remove(priority);
            served.remove(priority);
        }
        if (active) {
            double least = served.getOrDefault(priority, 0.0);
            job.turn.head = Math.max(job.turn.head, least - used(job));
        }
    }

    /** How many slots would be the job's if all of its priority took their shares. */
    double entitled(JobEntry job) {
        long all = weights.getOrDefault(job.policy.share().priority(), 1L);
        return Math.max(1, (double) slots * job.policy.share().weight() / Math.max(1, all));
    }

    /** Whether jobs of a higher priority have something to run or running. */
    boolean goesBehind(JobEntry job) {
        return !weights.isEmpty() && weights.lastKey() > job.policy.share().priority();
    }

    void place() {
        serve(lane -> lane.idle);
        feedHungry();
        serve(lane -> lane.low);
    }

    /** In turns: a worker that wants still more goes to the end of its line. */
    private void serve(Function<Lane, Set<WorkerEntry>> line) {
        List<WorkerEntry> passed = new ArrayList<>();
        while (true) {
            Lane lane = first(line);
            if (lane == null) {
                break;
            }
            WorkerEntry worker = line.apply(lane).iterator().next();
            JobEntry job = lane.bestFor(worker);
            if (job == null) {
                line.apply(lane).remove(worker);
                passed.add(worker);
            } else {
                grant(job, worker, LeaseSize.of(job, worker, power));
            }
        }
        passed.forEach(this::feed);
    }

    private @Nullable Lane first(Function<Lane, Set<WorkerEntry>> line) {
        Lane best = null;
        for (Lane lane : lanes.values()) {
            boolean serves = !lane.ready.isEmpty() && !line.apply(lane).isEmpty();
            if (serves && (best == null || Lane.ORDER.compare(lane.ready.first(), best.ready.first()) < 0)) {
                best = lane;
            }
        }
        return best;
    }

    private void feedHungry() {
        for (Lane lane : lanes.values()) {
            JobEntry job = firstHungry(lane);
            WorkerEntry worker = job == null ? null : lane.roomFor(job);
            while (job != null && worker != null) {
                grant(job, worker, LeaseSize.ofShare(job, worker, entitled(job) / slots));
                job = firstHungry(lane);
                worker = job == null ? null : lane.roomFor(job);
            }
        }
    }

    /** A job alone needs no share: it has everything. */
    private @Nullable JobEntry firstHungry(Lane lane) {
        if (lane.hungry.isEmpty()) {
            return null;
        }
        JobEntry job = lane.hungry.first();
        Policy.Share share = job.policy.share();
        boolean alone = weights.size() == 1 && weights.getOrDefault(share.priority(), 0L) == share.weight();
        boolean isBehind = lane.ready.first().policy.share().priority() > share.priority();
        return alone || isBehind ? null : job;
    }

    private void grant(JobEntry job, WorkerEntry worker, long count) {
        Long suspect = job.nextSuspect();
        boolean takesSuspect = worker.mayTake(suspect, job);
        long most = Math.min(job.room(), worker.offers.room(job.policy.share().requires()));
        Range items;
        boolean quarantined = false;
        if (takesSuspect && suspect != null) {
            Troubles.History history = job.troubles.of(suspect);
            quarantined = history != null && history.isSuspect();
            job.takeSuspect(suspect);
            items = new Range(suspect, suspect + 1);
        } else {
            items = job.take(Math.min(count, most));
        }
        grant(job, worker, items, quarantined);
    }

    Lease grant(JobEntry job, WorkerEntry worker, Range items, boolean quarantined) {
        Lease lease = new Lease(leaseIds.get(), job, worker, quarantined);
        lease.open.add(items.from(), items.to());
        served.merge(job.policy.share().priority(), job.turn.time, Math::max);
        worker.take(lease, now);
        job.lastGrant = now;
        if (worker.opened.add(job)) {
            job.openedAt.add(worker);
            outcome.add(new Command.Open(worker.id, job.id));
        }
        if (job.state() == JobState.WAITING) {
            outcome.become(job, JobState.RUNNING);
        }
        boolean alone = items.count() == 1 && job.troubles.isSuspect(items.from());
        outcome.add(new Command.Grant(
                worker.id,
                lease.id,
                job.id,
                items.from(),
                items.to(),
                job.troubles.repeated(items.from(), items.to()),
                alone));
        offer(job);
        took.accept(worker);
        return lease;
    }
}
