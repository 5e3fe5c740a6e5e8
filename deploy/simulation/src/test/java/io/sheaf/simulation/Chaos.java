package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MICRO;
import static io.sheaf.simulation.VirtualTime.MILLI;
import static io.sheaf.simulation.VirtualTime.SECOND;

import io.sheaf.Workload;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;

/** The life of a cluster, as a seed has it: jobs come, everything goes wrong for a while, and then all must end well. */
final class Chaos {
    private static final long LIMIT = 6 * SECOND;

    private final SplittableRandom random;
    private final Cluster cluster;
    private final Set<SimulatedWorker> troubled = new HashSet<>();
    private final Set<SimulatedJob> held = new LinkedHashSet<>();
    private final long until;
    private long work;

    Chaos(long seed, boolean tracing) {
        this.random = new SplittableRandom(Costs.mix(seed));
        this.until = between(SECOND, 30 * SECOND);
        this.cluster = new Cluster(conditions(), random.nextLong(), tracing);
    }

    Cluster cluster() {
        return cluster;
    }

    private Conditions conditions() {
        Conditions some =
                Conditions.realistic().withJitter(between(0, 5 * MILLI)).withStart(between(10 * MILLI, SECOND));
        return chance(4) ? some.withChannels(random.nextDouble() * 0.1) : some;
    }

    /** All of it, from the first worker to the end of the last job. */
    void live() {
        boolean large = chance(15);
        cluster.sweepEvery = large ? 200 : 5;
        cluster.faults.set(0.1, chance(3) ? 0.1 : 0, chance(20) ? 0.05 : 0);
        int workers = large ? 20 + random.nextInt(40) : 1 + random.nextInt(6);
        for (int i = 0; i < workers; i++) {
            cluster.time.at(between(0, SECOND), this::join);
        }
        int jobs = 1 + random.nextInt(6);
        for (int i = 0; i < jobs; i++) {
            cluster.time.at(chance(2) ? 0 : between(0, until), () -> submit(large));
        }
        int troubles = random.nextInt(60);
        for (int i = 0; i < troubles; i++) {
            cluster.time.at(between(0, until), this::trouble);
        }
        if (chance(10)) {
            cluster.time.at(between(0, until), this::restart);
        }
        int crashes = chance(3) ? 1 + random.nextInt(5) : 0;
        for (int i = 0; i < crashes; i++) {
            cluster.time.at(between(0, until), this::crash);
        }
        cluster.runFor(until);
        cluster.faults.set(0, 0, 0);
        cluster.join(1 + random.nextInt(8), 1, List.of(new Label("memory", "8")));
        held.forEach(job -> cluster.coordinator().hold(job, false));
        cluster.finish(10 * work + 600 * SECOND);
        cluster.ledger.sweep();
        if (chance(3)) {
            cluster.jobs().stream().filter(Chaos::isOuter).forEach(cluster.coordinator()::again);
            cluster.runFor(SECOND);
            cluster.finish(10 * work + 600 * SECOND);
            cluster.ledger.sweep();
        }
        cluster.coordinator().checkReplica(true);
    }

    private void join() {
        int slowness = chance(5) ? 4 : 1;
        List<Label> labels = List.of(new Label("memory", Integer.toString(1 + random.nextInt(8))));
        cluster.join(chance(3) ? 16 : 1 + random.nextInt(4), slowness, labels);
    }

    private void submit(boolean large) {
        boolean huge = chance(large ? 3 : 40);
        long total = huge ? magnitude(7) : magnitude(chance(2) ? 3 : 4);
        // Enough to do for a good part of the troubled time.
        long all = (long) (until * (large ? 100 : 10) * random.nextDouble());
        long nanos = Math.max(2 * MICRO, Math.min(SECOND, all / Math.max(1, total)));
        boolean streamed = chance(3);
        Costs costs = new Costs(shape(nanos), failures(total), poison(total), chance(3) ? 100 : 0, chance(60));
        boolean nested = total < 50 && chance(3);
        SimulatedJob.Nest nest = nested
                ? new SimulatedJob.Nest(0, 1 + random.nextInt(3), 1 + random.nextInt(3))
                : SimulatedJob.Nest.NONE;
        SimulatedJob job = cluster.submit(total, streamed, policy(huge), costs, chance(4) ? "b" : "a", nest);
        work += total * nanos * (nested ? 200 : 4);
        if (streamed) {
            stream(job, 0);
        }
    }

    private long magnitude(int digits) {
        return (long) Math.pow(10, random.nextDouble() * digits) - (chance(20) ? 1 : 0);
    }

    private Policy policy(boolean huge) {
        Policy policy = Policy.defaults()
                .withChunkSize(!huge && chance(8) ? 1 + random.nextInt(20) : 0)
                .withWorkload(!huge && chance(3) ? Workload.IO : Workload.CPU);
        if (chance(2)) {
            long timeout = chance(4) ? between(20, 3_000) : 0;
            long maxFails = chance(8) ? random.nextInt(10) : Policy.ANY;
            policy = policy.withAttempts(new Policy.Attempts(random.nextInt(3), between(0, 500), timeout, maxFails));
        }
        if (chance(2)) {
            List<Requirement> requires = !huge && chance(4)
                    ? List.of(new Requirement("memory", 1000L * (1 + random.nextInt(2))))
                    : List.of();
            int atOnce = !huge && chance(4) ? 1 + random.nextInt(10) : 0;
            policy = policy.withShare(new Policy.Share(random.nextInt(3) - 1, 1 + random.nextInt(3), atOnce, requires));
        }
        return policy.withSpeculative(chance(4)).withItemsPerProcess(!huge && chance(10) ? 1 + random.nextInt(50) : 0);
    }

    private LongUnaryOperator shape(long nanos) {
        long salt = random.nextLong();
        return switch (random.nextInt(3)) {
            case 0 -> index -> nanos;
            case 1 -> index -> Math.floorMod(Costs.mix(salt + index), 2 * nanos);
            default -> index -> Math.floorMod(Costs.mix(salt + index), 200) == 0 ? 50 * nanos : nanos;
        };
    }

    private Map<Long, Integer> failures(long total) {
        Map<Long, Integer> failures = new HashMap<>();
        for (int i = chance(3) ? random.nextInt(20) : 0; i > 0 && total > 0; i--) {
            failures.put(random.nextLong(total), chance(2) ? Integer.MAX_VALUE : 1 + random.nextInt(3));
        }
        return failures;
    }

    private Set<Long> poison(long total) {
        Set<Long> poison = new HashSet<>();
        for (int i = chance(5) ? random.nextInt(4) : 0; i > 0 && total > 0; i--) {
            poison.add(random.nextLong(total));
        }
        return poison;
    }

    /** Items come in portions, and the source ends at last. */
    private void stream(SimulatedJob job, long sofar) {
        if (sofar < job.total || !job.inputEnded) {
            long next = Math.min(job.total, sofar + 1 + random.nextLong(Math.max(1, job.total / 3)));
            cluster.time.after(between(0, SECOND), () -> {
                if (cluster.jobs().contains(job) && job.takesWork()) {
                    cluster.coordinator().arrive(job, next);
                    stream(job, next);
                }
            });
        }
    }

    private void trouble() {
        switch (random.nextInt(16)) {
            case 0 -> join();
            case 1 -> pick(untroubled()).ifPresent(worker -> cluster.kill(worker, between(MILLI, 2 * SECOND)));
            case 2 -> pick(untroubled()).ifPresent(SimulatedWorker::leave);
            case 3, 4 -> pick(untroubled()).ifPresent(this::freeze);
            case 5, 6 -> pick(untroubled()).ifPresent(this::cut);
            case 7 -> pick(untroubled()).ifPresent(cluster::connect);
            case 8 -> pick(cluster.jobs()).filter(job -> chance(2)).ifPresent(cluster.coordinator()::cancel);
            case 9 -> pick(cluster.jobs()).ifPresent(this::cancelItem);
            case 10 -> pick(cluster.jobs()).ifPresent(this::hold);
            case 11 -> pick(cluster.jobs()).filter(Chaos::isOuter).ifPresent(cluster.coordinator()::again);
            default ->
                pick(cluster.workers())
                        .flatMap(worker -> pick(worker.executors()))
                        .ifPresent(SimulatedExecutor::die);
        }
    }

    /** What tasks have started ends with them. */
    private static boolean isOuter(SimulatedJob job) {
        return job.nest.depth() == 0;
    }

    private void cancelItem(SimulatedJob job) {
        if (job.total > 0) {
            cluster.coordinator().cancel(job, random.nextLong(job.total));
        }
    }

    private void hold(SimulatedJob job) {
        held.add(job);
        cluster.coordinator().hold(job, true);
        cluster.time.after(between(0, SECOND), () -> cluster.coordinator().hold(job, false));
    }

    private List<SimulatedWorker> untroubled() {
        return cluster.workers().stream()
                .filter(worker -> !troubled.contains(worker) && worker.session() != null)
                .toList();
    }

    private void freeze(SimulatedWorker worker) {
        long nanos = duration();
        troubled.add(worker);
        worker.freeze(chance(2));
        boolean lost = nanos > LIMIT;
        if (lost) {
            cluster.time.after(between(LIMIT, nanos), () -> cluster.lose(worker));
        }
        cluster.time.after(nanos, () -> {
            if (!worker.isGone()) {
                worker.thaw();
            }
            recover(worker, lost);
        });
    }

    private void cut(SimulatedWorker worker) {
        Session session = worker.session();
        if (session == null) {
            return;
        }
        long nanos = duration();
        troubled.add(worker);
        session.cut();
        boolean lost = nanos > LIMIT;
        if (lost && !chance(4)) {
            cluster.time.after(between(LIMIT, nanos), () -> cluster.lose(worker));
        }
        cluster.time.after(nanos, () -> {
            if (!lost) {
                session.heal();
            }
            recover(worker, lost);
        });
    }

    private void recover(SimulatedWorker worker, boolean lost) {
        if (lost) {
            cluster.time.after(between(0, 2 * SECOND), () -> {
                cluster.connect(worker);
                troubled.remove(worker);
            });
        } else {
            troubled.remove(worker);
        }
    }

    private long duration() {
        return chance(2) ? between(MILLI, LIMIT) : between(MILLI, 30 * SECOND);
    }

    private void restart() {
        cluster.restart(2 * SECOND);
        int jobs = 1 + random.nextInt(3);
        for (int i = 0; i < jobs; i++) {
            cluster.time.after(between(0, 3 * SECOND), () -> submit(false));
        }
    }

    private void crash() {
        SimulatedCoordinator.Death[] ways = SimulatedCoordinator.Death.values();
        cluster.crash(ways[1 + random.nextInt(ways.length - 1)], between(0, SECOND), 2 * SECOND);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private long between(long from, long to) {
        return from >= to ? from : random.nextLong(from, to);
    }

    private <T> Optional<T> pick(Collection<T> from) {
        return from.isEmpty() ? Optional.empty() : Optional.of(new ArrayList<>(from).get(random.nextInt(from.size())));
    }
}
