package io.sheaf.simulation;

import io.sheaf.coordinator.scheduling.Reaction;
import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** The acting part of a coordinator around the real {@link TaskScheduler}: as the product's, without clients. */
final class SimulatedCoordinator {
    private static final long REUNION = 8 * VirtualTime.SECOND;

    final long epoch;
    final TaskScheduler scheduler;
    final Map<JobId, SimulatedJob> jobs;
    private final Cluster cluster;
    private final Ledger ledger;
    private final Map<WorkerId, Session> members = new LinkedHashMap<>();
    private final IdentityHashMap<Session, WorkerId> names = new IdentityHashMap<>();
    private final Replica replica = new Replica();
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
    private long wakes = Long.MAX_VALUE;
    private boolean planned;
    private boolean gone;
    /** What clients have said, and have no answer to that they may rely on. */
    private final List<Consumer<SimulatedCoordinator>> unanswered = new ArrayList<>();

    private final IdentityHashMap<Session, Long> heard = new IdentityHashMap<>();
    private Death dies = Death.NOT;

    /** When a coordinator is killed, as far as its facts are concerned. */
    enum Death {
        NOT,
        BEFORE_WRITING,
        AFTER_WRITING,
        AMID_COMMANDS
    }

    SimulatedCoordinator(Cluster cluster, long epoch) {
        this(cluster, epoch, new LinkedHashMap<>());
    }

    private SimulatedCoordinator(Cluster cluster, long epoch, Map<JobId, SimulatedJob> jobs) {
        this.cluster = cluster;
        this.ledger = cluster.ledger;
        this.epoch = epoch;
        this.jobs = jobs;
        this.scheduler = new TaskScheduler(epoch);
    }

    /** The next one, with all that this one has written down; clients say again what they have no answer to. */
    SimulatedCoordinator next() {
        SimulatedCoordinator next = new SimulatedCoordinator(cluster, epoch + 1, jobs);
        long now = cluster.time.now();
        next.scheduler.timePassed(now);
        jobs.values().forEach(SimulatedJob::forgetInput);
        for (Reaction.Fact fact : replica.facts()) {
            next.scheduler.replay(fact);
            next.replica.heard(fact, now);
            job(fact.job()).input(fact);
        }
        next.scheduler.recovered(members.keySet(), now + REUNION);
        unanswered.forEach(next::ask);
        next.plan();
        return next;
    }

    /** It is killed in its next step. */
    void die(Death how) {
        dies = how;
        plan();
    }

    Set<WorkerId> members() {
        return members.keySet();
    }

    boolean isSettled() {
        return inbox.isEmpty() && !planned;
    }

    void submit(SimulatedJob job) {
        ask(at -> {
            job.submittedAt = cluster.time.now();
            at.scheduler.submitted(job.id, job.policy);
            if (!job.streamed) {
                job.arrived = job.total;
                job.inputEnded = true;
                at.scheduler.inputEnded(job.id, job.total);
            }
        });
    }

    void arrive(SimulatedJob job, long upTo) {
        ask(at -> {
            if (job.takesWork() && upTo > job.arrived) {
                at.scheduler.arrived(job.id, upTo, 32 * (upTo - job.arrived));
                job.arrived = upTo;
            }
            if (job.takesWork() && job.arrived == job.total && !job.inputEnded) {
                job.inputEnded = true;
                at.scheduler.inputEnded(job.id, job.total);
            }
        });
    }

    void cancel(SimulatedJob job) {
        ask(at -> job.cancelled |= at.scheduler.cancelled(job.id));
    }

    /** What has no result of a job that has ended is run again, unless something of it is still being stopped. */
    void again(SimulatedJob job) {
        ask(at -> {
            boolean may = job.isOver() && job.inputEnded && job.succeeded.size() < job.total;
            if (may && at.jobs.containsKey(job.id) && !at.scheduler.overview().isHere(job.id)) {
                at.scheduler.submitted(job.id, job.policy, new Headway(job.succeeded.ranges(), 0));
                at.scheduler.arrived(job.id, job.total, job.streamed ? 32 * job.total : 0);
                at.scheduler.inputEnded(job.id, job.total);
            }
        });
    }

    /** One item is not wanted any more. */
    void cancel(SimulatedJob job, long index) {
        ask(at -> {
            job.unwanted.add(index);
            at.scheduler.itemCancelled(job.id, index);
        });
    }

    /** The client of the job does not take its results, or takes them again. */
    void hold(SimulatedJob job, boolean held) {
        post(() -> {
            if (held) {
                scheduler.hold(job.id);
            } else {
                scheduler.release(job.id);
            }
        });
    }

    void received(Session session, FromWorker message) {
        post(() -> {
            heard.merge(session, 1L, Long::sum);
            receive(session, message);
        });
    }

    /** The end of a session has been noticed. */
    void lost(WorkerId worker, Session session) {
        post(() -> {
            session.end();
            if (members.remove(worker, session)) {
                names.remove(session);
                ledger.lost(worker);
                scheduler.lost(worker, death(worker));
            }
        });
    }

    /** Nothing is heard of a worker any more. */
    void lost(WorkerId worker) {
        Session session = members.get(worker);
        if (session != null) {
            lost(worker, session);
        }
    }

    /** The process is gone. */
    void end() {
        gone = true;
        members.values().forEach(Session::end);
    }

    private void ask(Consumer<SimulatedCoordinator> question) {
        if (!gone) {
            unanswered.add(question);
            post(() -> question.accept(this));
        }
    }

    private void post(Runnable task) {
        if (gone) {
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
        if (gone) {
            return;
        }
        long now = cluster.time.now();
        scheduler.timePassed(now);
        while (!inbox.isEmpty()) {
            inbox.remove().run();
        }
        Reaction reaction = scheduler.place();
        if (dies == Death.BEFORE_WRITING) {
            cluster.died();
            return;
        }
        unanswered.clear();
        for (Reaction.Fact fact : reaction.facts()) {
            cluster.trace("coordinator: %s", fact);
            replica.heard(fact, now);
            ledger.fact(fact);
        }
        if (dies == Death.AFTER_WRITING) {
            cluster.died();
            return;
        }
        int performed = 0;
        for (Command command : reaction.commands()) {
            if (dies == Death.AMID_COMMANDS
                    && performed++ == reaction.commands().size() / 2) {
                cluster.died();
                return;
            }
            cluster.trace("coordinator: %s", command);
            ledger.command(command);
            perform(command);
        }
        if (dies == Death.AMID_COMMANDS) {
            cluster.died();
            return;
        }
        heard.forEach(Session::taken);
        heard.clear();
        ledger.decided();
        wake(now);
    }

    private void wake(long now) {
        long wake = scheduler.nextDeadline().orElse(Long.MAX_VALUE);
        if (wake < wakes || wakes <= now) {
            wakes = wake;
            if (wake != Long.MAX_VALUE) {
                cluster.time.at(Math.max(now + 1, wake), this::plan);
            }
        }
    }

    /** Whether the facts alone would lead to the same state. */
    void checkReplica(boolean fromTheStart) {
        if (fromTheStart) {
            replica.checkFromTheStart(scheduler, ledger);
        } else {
            replica.check(scheduler, ledger);
        }
    }

    private void receive(Session session, FromWorker message) {
        if (message instanceof FromWorker.Register who) {
            register(session, who);
            return;
        }
        WorkerId worker = names.get(session);
        if (worker != null && members.get(worker) == session) {
            receive(worker, message);
        }
    }

    private void register(Session session, FromWorker.Register who) {
        WorkerId worker = who.info().id();
        Session earlier = members.remove(worker);
        if (earlier != null && earlier != session) {
            names.remove(earlier);
            earlier.end();
        }
        members.put(worker, session);
        names.put(session, worker);
        ledger.lost(worker);
        Set<LeaseId> keep = scheduler.joined(who.info(), who.held());
        ledger.joined(who, keep);
        session.toWorker(new ToWorker.Registered(epoch, List.copyOf(keep)));
    }

    private void receive(WorkerId worker, FromWorker message) {
        cluster.trace("coordinator hears %s: %s", worker, message);
        if (message instanceof FromWorker.Completed done) {
            Range items = new Range(done.results().from(), done.results().to());
            ledger.settled(done.lease(), worker, items);
            scheduler.completed(worker, done.job(), done.lease(), items, done.nanos());
        } else if (message instanceof FromWorker.Failed failed) {
            ledger.settled(failed.lease(), worker, one(failed.failure().index()));
            scheduler.failed(worker, failed.job(), failed.lease(), failed.failure());
        } else if (message instanceof FromWorker.Returned returned) {
            Range items = new Range(returned.from(), returned.to());
            ledger.settled(returned.lease(), worker, items);
            scheduler.returned(worker, returned.job(), returned.lease(), items);
        } else if (message instanceof FromWorker.Died died) {
            ledger.settled(died.lease(), worker, one(died.index()));
            scheduler.died(worker, died.job(), died.lease(), died.index(), died.report(), died.nanos());
        } else if (message instanceof FromWorker.CannotRun cannot) {
            ledger.stopped(worker, cannot.job());
            scheduler.cannotRun(worker, cannot.job(), cannot.reason());
        } else if (message instanceof FromWorker.Running running) {
            scheduler.runs(worker, running.items());
        } else if (message instanceof FromWorker.Recalled recalled) {
            ledger.recalled(worker, recalled.job());
            scheduler.recalled(worker, recalled.job());
        } else if (message instanceof FromWorker.JobStopped stopped) {
            ledger.stopped(worker, stopped.job());
            scheduler.stopped(worker, stopped.job());
        } else if (message instanceof FromWorker.Leaving) {
            ledger.leaving(worker);
            scheduler.leaving(worker);
        }
    }

    private void perform(Command command) {
        if (command instanceof Command.Open open) {
            send(open.worker(), job(open.job()).opening());
        } else if (command instanceof Command.Grant grant) {
            SimulatedJob job = job(grant.job());
            send(
                    grant.worker(),
                    new ToWorker.Granted(
                            grant.lease(),
                            grant.job(),
                            grant.from(),
                            grant.to(),
                            job.items(grant.from(), grant.to()),
                            grant.repeated(),
                            grant.alone()));
        } else if (command instanceof Command.Recall recall) {
            send(recall.worker(), new ToWorker.Recall(recall.job()));
        } else if (command instanceof Command.StopItem stop) {
            send(stop.worker(), new ToWorker.StopItem(stop.job(), stop.lease(), stop.index()));
        } else if (command instanceof Command.Stop stop) {
            send(stop.worker(), new ToWorker.StopJob(stop.job()));
        } else if (command instanceof Command.Close close) {
            send(close.worker(), new ToWorker.CloseJob(close.job()));
        }
    }

    SimulatedJob job(JobId id) {
        SimulatedJob job = jobs.get(id);
        if (job == null) {
            throw new AssertionError("The scheduler speaks of job " + id + ", which is unknown");
        }
        return job;
    }

    private void send(WorkerId worker, ToWorker message) {
        Session session = members.get(worker);
        ledger.require(session != null, "%s is told something though it is not there", worker);
        if (session != null) {
            session.toWorker(message);
        }
    }

    private static DeathReport death(WorkerId worker) {
        return new DeathReport(
                "worker",
                worker,
                "host",
                OptionalLong.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                "",
                List.of());
    }

    private static Range one(long index) {
        return new Range(index, index + 1);
    }

    @Override
    public String toString() {
        return "coordinator of epoch " + epoch + " with " + members.keySet() + " and " + inbox.size() + " in the inbox";
    }
}
