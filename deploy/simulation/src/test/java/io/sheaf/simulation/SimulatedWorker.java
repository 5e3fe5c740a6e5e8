package io.sheaf.simulation;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.worker.execution.Command;
import io.sheaf.worker.execution.Execution;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The acting part of a worker around the real {@link Execution}: as the product's agent, with executors that are not there. */
final class SimulatedWorker {
    private static final long LEAVE = 10 * VirtualTime.SECOND;
    private static final long DEATH = VirtualTime.MILLI;

    final WorkerInfo info;
    final int slowness;
    final Execution execution;
    private final Cluster cluster;
    private final Map<Long, SimulatedExecutor> executors = new LinkedHashMap<>();
    /** Those that have said that their item waits, as far as this worker has heard. */
    private final Set<Long> waiting = new HashSet<>();

    /** How many did at most; what is started for them is kept for a while. */
    private int mostWaiting;

    private final Map<Long, SimulatedHost> hosts = new HashMap<>();
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private final ArrayDeque<Runnable> whileFrozen = new ArrayDeque<>();
    private final List<FromWorker> unreported = new ArrayList<>();
    private final List<FromWorker> early = new ArrayList<>();
    private final Set<CodeId> code = new HashSet<>();
    private final Map<JobId, SimulatedJob> jobs = new HashMap<>();
    private @Nullable Session session;
    private boolean introduced;
    private boolean registered;
    private List<HeldLease> offered = List.of();
    private boolean leaving;
    private boolean gone;
    private boolean frozen;
    private boolean planned;
    private long wakes = Long.MAX_VALUE;
    private long leaveBy;
    private long epoch;

    /** @param slowness how many times longer than elsewhere items take here */
    SimulatedWorker(Cluster cluster, WorkerInfo info, Execution.Limits limits, int slowness) {
        this.cluster = cluster;
        this.info = info;
        this.slowness = slowness;
        this.execution = new Execution(info.id(), limits);
    }

    WorkerId id() {
        return info.id();
    }

    Cluster cluster() {
        return cluster;
    }

    Ledger ledger() {
        return cluster.ledger;
    }

    /** The job that is known here under that id: another coordinator may call another one so. */
    SimulatedJob job(JobId id) {
        SimulatedJob job = jobs.get(id);
        if (job == null) {
            throw new AssertionError("Nobody told " + this + " of job " + id);
        }
        return job;
    }

    long nanos(SimulatedJob job, long index) {
        return Math.max(1, job.costs.nanos().applyAsLong(index)) * slowness;
    }

    Collection<SimulatedExecutor> executors() {
        return executors.values();
    }

    boolean isGone() {
        return gone;
    }

    boolean isLeaving() {
        return leaving;
    }

    boolean isFrozen() {
        return frozen;
    }

    @Nullable
    Session session() {
        return session;
    }

    /** Whether all that it knows has been decided on and is known to the coordinator, and the other way round. */
    boolean isSettled() {
        Session now = session;
        return registered && !gone && !frozen && inbox.isEmpty() && !planned && now != null && now.isQuiet();
    }

    /** A new session takes the place of the one that was there. */
    void attach(Session next) {
        Session old = session;
        List<FromWorker> undelivered = new ArrayList<>();
        if (old != null) {
            undelivered.addAll(old.undelivered());
            undelivered.addAll(early);
            old.end();
        }
        boolean first = old == null;
        session = next;
        introduced = false;
        early.clear();
        post(() -> {
            registered = false;
            if (!first) {
                unreported.addAll(
                        0,
                        undelivered.stream().filter(SimulatedWorker::isReport).toList());
            }
            unreported.removeIf(message -> !isReport(message));
            offered = new ArrayList<>(execution.held());
            unreported.stream()
                    .flatMap(message -> ended(message).stream())
                    .filter(held -> execution.knows(held.job()))
                    .forEach(offered::add);
            send(new FromWorker.Register(info, offered, 0));
        });
    }

    private static Optional<HeldLease> ended(FromWorker message) {
        if (message instanceof FromWorker.Completed done) {
            return Optional.of(new HeldLease(
                    done.lease(),
                    done.job(),
                    done.results().from(),
                    done.results().to()));
        } else if (message instanceof FromWorker.Failed failed) {
            long index = failed.failure().index();
            return Optional.of(new HeldLease(failed.lease(), failed.job(), index, index + 1));
        } else if (message instanceof FromWorker.Died died) {
            return Optional.of(new HeldLease(died.lease(), died.job(), died.index(), died.index() + 1));
        }
        return Optional.empty();
    }

    void received(ToWorker message) {
        post(() -> receive(message));
    }

    void leave() {
        post(() -> {
            leaving = true;
            leaveBy = cluster.time.now() + LEAVE;
            execution.leave();
        });
    }

    /** The process of the worker stands still; with the host, its executors do, too. */
    void freeze(boolean host) {
        frozen = true;
        if (session != null) {
            session.freeze();
        }
        if (host) {
            executors.values().forEach(SimulatedExecutor::pause);
        }
    }

    void thaw() {
        frozen = false;
        executors.values().forEach(SimulatedExecutor::resume);
        if (session != null) {
            session.thaw();
        }
        while (!whileFrozen.isEmpty()) {
            inbox.add(whileFrozen.remove());
        }
        plan();
    }

    /** The process is gone, and its executors with it. */
    void kill() {
        gone = true;
        executors.values().forEach(SimulatedExecutor::vanish);
        if (session != null) {
            session.workerGone();
        }
    }

    void executorSaid(SimulatedExecutor executor, FromExecutor message) {
        cluster.time.after(
                cluster.conditions.pipe(),
                () -> post(() -> {
                    if (message instanceof FromExecutor.Waiting) {
                        waiting.add(executor.number);
                        mostWaiting = Math.max(mostWaiting, waiting.size());
                    } else if (!(message instanceof FromExecutor.TakenBack)
                            && !(message instanceof FromExecutor.AllTakenBack)) {
                        waiting.remove(executor.number);
                    }
                    execution.heard(executor.number, message, cluster.time.now());
                }));
    }

    void executorDied(
            SimulatedExecutor executor, boolean wasReady, boolean asTold, Optional<Execution.Running> running) {
        DeathReport report = new DeathReport(
                "executor",
                id(),
                info.host(),
                OptionalLong.of(executor.number),
                asTold ? OptionalInt.of(0) : OptionalInt.empty(),
                asTold ? OptionalInt.empty() : OptionalInt.of(9),
                "",
                List.of());
        cluster.time.after(cluster.conditions.pipe() + DEATH, () -> {
            executors.remove(executor.number);
            post(() -> {
                waiting.remove(executor.number);
                execution.died(executor.number, wasReady, asTold, running, report);
            });
        });
    }

    private void post(Runnable task) {
        if (frozen) {
            whileFrozen.add(task);
            return;
        }
        inbox.add(task);
        plan();
    }

    private void plan() {
        if (!planned && !gone) {
            planned = true;
            cluster.time.after(cluster.conditions.step(), this::step);
        }
    }

    private void step() {
        planned = false;
        if (gone || frozen) {
            return;
        }
        while (!inbox.isEmpty()) {
            inbox.remove().run();
        }
        long now = cluster.time.now();
        execution.decide(now).forEach(this::perform);
        if (leaving && (execution.isIdle() || leaveBy - now <= 0)) {
            cluster.left(this);
            return;
        }
        OptionalLong deadline = execution.nextDeadline();
        long wake = Math.min(deadline.orElse(Long.MAX_VALUE), leaving ? leaveBy : Long.MAX_VALUE);
        if (wake < wakes || wakes <= now) {
            wakes = wake;
            if (wake != Long.MAX_VALUE) {
                cluster.time.at(Math.max(now + 1, wake), this::plan);
            }
        }
    }

    private void receive(ToWorker message) {
        if (message instanceof ToWorker.Registered answer) {
            registered = true;
            ledger().require(answer.epoch() >= epoch, "epochs only grow at %s: %s", this, answer.epoch());
            epoch = answer.epoch();
            if (leaving) {
                report(new FromWorker.Leaving());
            }
            Set<JobId> kept = offered.stream()
                    .filter(held -> answer.keep().contains(held.id()))
                    .map(HeldLease::job)
                    .collect(Collectors.toSet());
            execution.keep(new HashSet<>(answer.keep()), kept);
            unreported.removeIf(said -> said instanceof FromWorker.CannotRun cannot && !kept.contains(cannot.job()));
            List<FromWorker> reports = List.copyOf(unreported);
            unreported.clear();
            reports.forEach(this::report);
        } else if (message instanceof ToWorker.JobOpened job) {
            jobs.put(job.job(), cluster.job(job.job(), epoch));
            execution.opened(job);
        } else if (message instanceof ToWorker.Granted lease) {
            ledger().require(lease.lease().epoch() == epoch, "%s has a lease %s of epoch %s", this, lease, epoch);
            ledger().arrived(this, lease.lease());
            execution.granted(lease);
        } else if (message instanceof ToWorker.Recall recall) {
            execution.recall(recall.job());
        } else if (message instanceof ToWorker.StopItem stop) {
            execution.stopItem(stop.job(), stop.lease(), stop.index());
        } else if (message instanceof ToWorker.StopJob stop) {
            execution.stop(stop.job());
        } else if (message instanceof ToWorker.CloseJob close) {
            execution.close(close.job());
        }
    }

    private void perform(Command command) {
        if (cluster.tracing) {
            cluster.trace("%s: %s", id(), command);
        }
        if (command instanceof Command.Fetch fetch) {
            CodeId bundle = fetch.bundle().id();
            long delay = code.add(bundle) ? cluster.conditions.fetch() : 0;
            boolean missing = cluster.faults.codeIsMissing();
            cluster.time.after(
                    delay,
                    () -> post(
                            missing
                                    ? () -> execution.codeMissing(bundle, "The code cannot be had.")
                                    : () -> execution.codeReady(bundle)));
        } else if (command instanceof Command.Start start) {
            start(start);
        } else if (command instanceof Command.Tell tell) {
            SimulatedExecutor executor = executors.get(tell.executor());
            if (executor != null) {
                executor.told(tell.message());
                cluster.time.after(cluster.conditions.pipe(), () -> {
                    if (!gone) {
                        executor.hear(tell.message());
                    }
                });
            }
        } else if (command instanceof Command.Kill kill) {
            SimulatedExecutor executor = executors.get(kill.executor());
            if (executor != null) {
                cluster.time.after(DEATH, executor::die);
            }
        } else if (command instanceof Command.Report report) {
            report(report.message());
        }
    }

    private void start(Command.Start start) {
        SimulatedHost host = hosts.get(start.host());
        if (host == null) {
            host = new SimulatedHost(start.lanes());
            hosts.put(start.host(), host);
            long delay = cluster.faults.startNanos();
            cluster.time.after(delay, cluster.faults.startFails() ? host::die : host::becomeReady);
        }
        SimulatedExecutor executor = new SimulatedExecutor(start.executor(), this, host, cluster.time);
        executors.put(start.executor(), executor);
        cluster.time.after(cluster.conditions.pipe(), host.join(executor));
        long lanes = alive(true);
        ledger().require(lanes <= info.ioSlots() + mostWaiting, "%s has %s lanes", this, lanes);
        long processes = alive(false);
        long most = (long) info.slots() + Math.max(1, info.slots() / 2);
        ledger().require(processes <= most + mostWaiting, "%s has %s executors", this, processes);
    }

    private long alive(boolean shared) {
        return executors.values().stream()
                .filter(one -> !one.isDead() && one.isLane() == shared)
                .count();
    }

    private void report(FromWorker message) {
        ledger().reported(this, message);
        if (session != null && registered) {
            send(message);
        } else if (isReport(message) || givesUpLeases(message)) {
            unreported.add(message);
        }
    }

    private static boolean givesUpLeases(FromWorker message) {
        return message instanceof FromWorker.Returned || message instanceof FromWorker.CannotRun;
    }

    /** What was said before a new session was known must not overtake the registration there. */
    private void send(FromWorker message) {
        Session to = session;
        if (to == null) {
            return;
        }
        if (message instanceof FromWorker.Register) {
            introduced = true;
            to.toCoordinator(message);
            early.forEach(to::toCoordinator);
            early.clear();
        } else if (introduced) {
            to.toCoordinator(message);
        } else {
            early.add(message);
        }
    }

    private static boolean isReport(FromWorker message) {
        return message instanceof FromWorker.Completed
                || message instanceof FromWorker.Failed
                || message instanceof FromWorker.Died
                || message instanceof FromWorker.Printed;
    }

    @Override
    public String toString() {
        return "%s (%d slots%s%s%s, %d executors, holds %s)"
                .formatted(
                        id(),
                        info.slots(),
                        gone ? ", gone" : frozen ? ", frozen" : registered ? "" : ", not registered",
                        leaving ? ", leaving" : "",
                        slowness > 1 ? ", slow" : "",
                        executors.size(),
                        execution.held());
    }
}
