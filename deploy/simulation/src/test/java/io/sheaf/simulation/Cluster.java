package io.sheaf.simulation;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.worker.execution.Execution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A coordinator and its workers in virtual time, and what can happen to them. */
final class Cluster implements Session.Ends {
    /** How many items that wait each worker runs at once. */
    static final int IO_SLOTS = 40;

    private static final long SILENCE = 7 * VirtualTime.SECOND;
    static final long GRACE = 2 * VirtualTime.SECOND;
    private static final long IDLE = 60 * VirtualTime.SECOND;
    private static final int TRACE_LINES = 60;

    final VirtualTime time = new VirtualTime();
    final Conditions conditions;
    final SplittableRandom random;
    final Faults faults;
    final Ledger ledger = new Ledger(this);
    final boolean tracing;
    int sweepEvery = 1;
    private final Map<WorkerId, SimulatedWorker> workers = new LinkedHashMap<>();
    private final Map<Session, SimulatedWorker> ends = new HashMap<>();
    private final Map<Long, Map<JobId, SimulatedJob>> jobs = new HashMap<>();
    private final ArrayDeque<String> trace = new ArrayDeque<>();
    private SimulatedCoordinator coordinator;
    private int names;
    private long traced;
    private long back;
    private long found;

    Cluster(Conditions conditions, long seed, boolean tracing) {
        this.conditions = conditions;
        this.random = new SplittableRandom(seed);
        this.faults = new Faults(random.split(), conditions);
        this.tracing = tracing;
        this.coordinator = new SimulatedCoordinator(this, 1);
        jobs.put(1L, coordinator.jobs);
    }

    SimulatedCoordinator coordinator() {
        return coordinator;
    }

    Collection<SimulatedWorker> workers() {
        return workers.values();
    }

    Collection<SimulatedJob> jobs() {
        return coordinator.jobs.values();
    }

    /** The job that a coordinator of that epoch calls so. */
    SimulatedJob job(JobId id, long epoch) {
        SimulatedJob job = jobs.getOrDefault(epoch, Map.of()).get(id);
        if (job == null) {
            throw new AssertionError("No job " + id + " in epoch " + epoch);
        }
        return job;
    }

    SimulatedWorker join(int slots) {
        return join(slots, 1, List.of());
    }

    SimulatedWorker join(int slots, int slowness, List<Label> labels) {
        WorkerId id = new WorkerId("w" + ++names);
        WorkerInfo info = new WorkerInfo(id, "host-" + names, names, slots, IO_SLOTS, "0", labels);
        SimulatedWorker worker =
                new SimulatedWorker(this, info, new Execution.Limits(slots, IO_SLOTS, GRACE, IDLE), slowness);
        workers.put(id, worker);
        connect(worker);
        return worker;
    }

    /** The worker begins a new session with the present coordinator. */
    void connect(SimulatedWorker worker) {
        if (worker.isGone()) {
            return;
        }
        trace("%s begins a session", worker.id());
        Session session = conditions.channels()
                ? new ChannelSession(time, conditions, random.split(), this)
                : new DirectSession(time, conditions, random.split(), this);
        ends.remove(worker.session());
        ends.put(session, worker);
        if (worker.isFrozen()) {
            session.freeze();
        }
        worker.attach(session);
    }

    /** The process of a worker is killed; the coordinator learns of it after so long. */
    void kill(SimulatedWorker worker, long noticed) {
        trace("%s is killed", worker.id());
        worker.kill();
        forget(worker, noticed);
    }

    /** The worker has left in good order. */
    void left(SimulatedWorker worker) {
        trace("%s has left", worker.id());
        goodbye(worker, time.now() + 2 * VirtualTime.SECOND);
    }

    private void goodbye(SimulatedWorker worker, long by) {
        Session session = worker.session();
        if (session != null && !session.undelivered().isEmpty() && time.now() < by && !worker.isGone()) {
            time.after(10 * VirtualTime.MILLI, () -> goodbye(worker, by));
        } else if (!worker.isGone()) {
            kill(worker, 2 * conditions.delay());
        }
    }

    private void forget(SimulatedWorker worker, long noticed) {
        workers.remove(worker.id());
        Session session = worker.session();
        if (session != null) {
            SimulatedCoordinator present = coordinator;
            time.after(noticed, () -> present.lost(worker.id(), session));
            // The last session may never have been known; the silence of an earlier one is noticed all the same.
            time.after(noticed + SILENCE, () -> present.lost(worker.id()));
        }
    }

    /** The coordinator gives a session up. */
    void lose(SimulatedWorker worker) {
        Session session = worker.session();
        if (session != null) {
            trace("the session of %s is given up", worker.id());
            coordinator.lost(worker.id(), session);
        }
    }

    /** The coordinator is gone with all that it knew; another one takes its place, and the workers find it. */
    void restart(long untilFound) {
        trace("the coordinator is gone");
        coordinator.end();
        List.copyOf(coordinator.jobs.values()).forEach(SimulatedJob::over);
        ledger.begin();
        coordinator = new SimulatedCoordinator(this, coordinator.epoch + 1);
        jobs.put(coordinator.epoch, coordinator.jobs);
        for (SimulatedWorker worker : workers.values()) {
            time.after(1 + random.nextLong(untilFound), () -> connect(worker));
        }
    }

    /** The coordinator is killed, and after a while another goes on with what it has written down. */
    void crash(SimulatedCoordinator.Death how, long untilBack, long untilFound) {
        back = untilBack;
        found = untilFound;
        coordinator.die(how);
    }

    /** The coordinator is gone, amid a step. */
    void died() {
        trace("the coordinator is killed");
        SimulatedCoordinator dead = coordinator;
        dead.end();
        ledger.begin();
        coordinator = dead.next();
        jobs.put(coordinator.epoch, coordinator.jobs);
        for (SimulatedWorker worker : workers.values()) {
            time.after(back + 1 + random.nextLong(found), () -> connect(worker));
        }
    }

    SimulatedJob submit(long total, Costs costs) {
        return submit(total, false, Policy.defaults(), costs);
    }

    SimulatedJob submit(long total, boolean streamed, Policy policy, Costs costs) {
        return submit(total, streamed, policy, costs, "a");
    }

    SimulatedJob submit(long total, boolean streamed, Policy policy, Costs costs, String code) {
        return submit(total, streamed, policy, costs, code, SimulatedJob.Nest.NONE);
    }

    /** What an item of a job starts: more urgent by one, as the coordinator has it. */
    SimulatedJob nest(SimulatedJob outer) {
        Policy.Share share = outer.policy.share();
        Policy policy = Policy.defaults().withShare(new Policy.Share(share.priority() + 1, 1, 0, List.of()));
        String code = outer.code.files().get(0).id().sha256().substring(0, 1);
        SimulatedJob inner =
                submit(outer.nest.items(), false, policy, outer.costs.wellBehaved(), code, outer.nest.inner());
        outer.started(inner);
        return inner;
    }

    SimulatedJob submit(long total, boolean streamed, Policy policy, Costs costs, String code, SimulatedJob.Nest nest) {
        JobId id = new JobId(coordinator.jobs.size() + 1);
        Bundle bundle = new Bundle(List.of(new CodeFile(new CodeId(code.repeat(64)), "x.jar", 1, "/x.jar")));
        SimulatedJob job = new SimulatedJob(id, total, streamed, policy, costs, bundle, nest);
        coordinator.jobs.put(id, job);
        trace("job %s of %s items", id, total);
        coordinator.submit(job);
        return job;
    }

    @Override
    public void atCoordinator(Session session, FromWorker message) {
        coordinator.received(session, message);
    }

    @Override
    public void atWorker(Session session, ToWorker message) {
        SimulatedWorker worker = ends.get(session);
        if (worker != null && !worker.isGone() && worker.session() == session) {
            worker.received(message);
        }
    }

    /** Lets time pass until something is so; fails when that takes longer than a bound. */
    void runUntil(BooleanSupplier condition, long bound) {
        long end = time.now() + bound;
        while (!condition.getAsBoolean()) {
            // Nothing of interest becomes so between two decisions of the coordinator.
            long decisions = ledger.decisions();
            while (decisions == ledger.decisions()) {
                if (!time.step() || time.now() > end) {
                    throw new AssertionError("It hangs:\n" + describe());
                }
            }
        }
    }

    void runFor(long nanos) {
        long end = time.now() + nanos;
        boolean[] over = {false};
        time.at(end, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    /** Until all jobs have ended. */
    void finish(long bound) {
        runUntil(() -> jobs().stream().allMatch(SimulatedJob::isOver), bound);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
    void trace(String format, @Nullable Object... arguments) {
        if (tracing) {
            String line = time + ": " + format.formatted(arguments);
            traced = 31 * traced + line.hashCode();
            trace.add(line);
            if (trace.size() > TRACE_LINES) {
                trace.remove();
            }
        }
    }

    /** A number that tells runs apart that differ in anything traced. */
    long fingerprint() {
        return traced;
    }

    String lastTrace() {
        return String.join("\n", trace);
    }

    String describe() {
        List<String> lines = new ArrayList<>();
        lines.add(time.toString());
        lines.add(coordinator.toString());
        jobs().forEach(job -> lines.add(job.toString()));
        workers.values().forEach(worker -> {
            lines.add(worker.toString());
            worker.executors().forEach(executor -> lines.add("  " + executor));
        });
        return String.join("\n", lines);
    }
}
