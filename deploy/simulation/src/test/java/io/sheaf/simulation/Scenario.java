package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static io.sheaf.simulation.VirtualTime.SECOND;

import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** A small cluster on a quiet network, with a clock that can be asked exactly how long something took. */
final class Scenario {
    private static final long BOUND = 3_600 * SECOND;

    final Cluster cluster;

    Scenario() {
        this(Conditions.realistic());
    }

    Scenario(Conditions conditions) {
        cluster = new Cluster(conditions, 1, false);
    }

    Scenario workers(int count, int slots) {
        for (int i = 0; i < count; i++) {
            cluster.join(slots);
        }
        return this;
    }

    Scenario worker(int slots, int slowness, Label... labels) {
        cluster.join(slots, slowness, List.of(labels));
        return this;
    }

    /** Starts an executor in each slot. */
    Scenario warm() {
        int slots = cluster.workers().stream()
                .mapToInt(worker -> worker.info.slots())
                .sum();
        SimulatedJob job = cluster.submit(4L * slots, Costs.of(100 * MILLI));
        cluster.runUntil(job::isOver, BOUND);
        cluster.runFor(SECOND);
        return this;
    }

    SimulatedJob submit(long items, LongUnaryOperator nanos) {
        return submit(items, nanos, Policy.defaults());
    }

    SimulatedJob submit(long items, LongUnaryOperator nanos, Policy policy) {
        return cluster.submit(items, false, policy, Costs.of(nanos));
    }

    Scenario finish() {
        cluster.finish(BOUND);
        cluster.ledger.sweep();
        return this;
    }

    Scenario runUntilDone(SimulatedJob job, long items) {
        cluster.runUntil(() -> job.ended() >= items, BOUND);
        return this;
    }

    /** How long the job has been there. */
    long age(SimulatedJob job) {
        return cluster.time.now() - job.submittedAt;
    }

    SimulatedWorker lastWorker() {
        return cluster.workers().stream().reduce((first, second) -> second).orElseThrow();
    }

    /** How many items of the job executors run at this moment. */
    long running(SimulatedJob job) {
        return cluster.workers().stream()
                .flatMap(worker -> List.copyOf(worker.executors()).stream())
                .flatMap(executor -> executor.running().stream())
                .filter(item -> item.job() == job)
                .count();
    }

    static Policy.Share share(int priority, int weight) {
        return new Policy.Share(priority, weight, 0, List.of());
    }
}
