package io.sheaf.simulation;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps its own account of who has which item, from what is said between coordinator and workers, and compares it with
 * what they believe and with what really ran.
 */
final class Ledger {
    private static final long ANSWER = 10 * VirtualTime.SECOND;

    private final Cluster cluster;
    private final Map<LeaseId, Lease> leases = new LinkedHashMap<>();
    private final Map<WorkerId, Member> members = new LinkedHashMap<>();
    private final Map<JobId, Intervals> held = new HashMap<>();
    /** Items that two workers have, so that the faster one wins. */
    private final Map<JobId, Set<Long>> twice = new HashMap<>();

    private long granted;
    private long grants;
    private long decisions;

    /** Items of which the coordinator believes that a worker has them. */
    private static final class Lease {
        final LeaseId id;
        final JobId job;
        final WorkerId worker;
        final Intervals open = new Intervals();
        long arrived;

        Lease(LeaseId id, JobId job, WorkerId worker) {
            this.id = id;
            this.job = job;
            this.worker = worker;
        }
    }

    private static final class Member {
        final Set<LeaseId> leases = new HashSet<>();
        final Set<JobId> opened = new HashSet<>();
        /** What was asked back and is not answered, since when. */
        final Map<JobId, Long> recalling = new HashMap<>();

        final WorkerInfo info;
        long differsSince = Long.MAX_VALUE;
        boolean leaving;

        Member(WorkerInfo info) {
            this.info = info;
        }
    }

    Ledger(Cluster cluster) {
        this.cluster = cluster;
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency of its own
    void require(boolean condition, String message, @Nullable Object... arguments) {
        if (!condition) {
            throw new AssertionError(message.formatted(arguments));
        }
    }

    /** How many leases were granted. */
    long grants() {
        return grants;
    }

    /** How often the coordinator has decided. */
    long decisions() {
        return decisions;
    }

    /** Another coordinator knows nothing of what was granted before. */
    void begin() {
        leases.clear();
        members.clear();
        held.clear();
        twice.clear();
        granted = 0;
    }

    /** A job begins again: nobody has anything of it. */
    void again(SimulatedJob job) {
        require(leases.values().stream().noneMatch(lease -> lease.job.equals(job.id)), "somebody has items of %s", job);
        held.remove(job.id);
        twice.remove(job.id);
    }

    void joined(FromWorker.Register who, Set<LeaseId> keep) {
        WorkerId worker = who.info().id();
        Member member = new Member(who.info());
        members.put(worker, member);
        for (HeldLease part : who.held()) {
            if (keep.contains(part.id())) {
                member.opened.add(part.job());
                Lease lease = leases.computeIfAbsent(part.id(), id -> new Lease(id, part.job(), worker));
                member.leases.add(part.id());
                hold(lease, part.from(), part.to());
            }
        }
    }

    void lost(WorkerId worker) {
        Member member = members.remove(worker);
        if (member != null) {
            List.copyOf(member.leases).forEach(id -> drop(id, member));
        }
    }

    void leaving(WorkerId worker) {
        member(worker).leaving = true;
    }

    /** The worker is done with these items of its lease, one way or another. */
    void settled(LeaseId id, WorkerId worker, Range items) {
        Lease lease = leases.get(id);
        if (lease == null || !lease.worker.equals(worker)) {
            return;
        }
        for (Range had : lease.open.within(items.from(), items.to())) {
            release(lease, had);
        }
        if (lease.open.isEmpty()) {
            drop(id, member(worker));
        }
    }

    void stopped(WorkerId worker, JobId job) {
        Member member = member(worker);
        for (LeaseId id : List.copyOf(member.leases)) {
            if (lease(id).job.equals(job)) {
                drop(id, member);
            }
        }
        member.opened.remove(job);
        member.recalling.remove(job);
    }

    void recalled(WorkerId worker, JobId job) {
        // Nobody waits for the answer any more when the job has ended meanwhile, there or everywhere.
        Member member = member(worker);
        boolean awaited = member.recalling.remove(job) != null || !member.opened.contains(job) || !job(job).takesWork();
        require(awaited, "%s answers a recall of job %s that nobody has sent", worker, job);
    }

    /** A lease has come to its worker. */
    void arrived(SimulatedWorker worker, LeaseId id) {
        Lease lease = leases.get(id);
        if (lease != null && lease.worker.equals(worker.id())) {
            lease.arrived = cluster.time.now();
        }
    }

    void fact(Fact fact) {
        if (fact instanceof Fact.Submitted submitted && job(submitted.job()).isOver()) {
            SimulatedJob job = job(submitted.job());
            job.again();
            again(job);
        } else if (fact instanceof Fact.Completed completed) {
            SimulatedJob job = job(completed.job());
            long from = completed.from();
            long to = completed.to();
            require(job.wasProduced(from, to), "what has a result was run: %s", fact);
            ends(job, job.succeeded, job.failed, new Range(from, to), fact);
        } else if (fact instanceof Fact.Failed failed) {
            SimulatedJob job = job(failed.job());
            long index = failed.failure().index();
            ends(job, job.failed, job.succeeded, new Range(index, index + 1), fact);
            failed(job, failed.failure());
        } else if (fact instanceof Fact.Retried retried) {
            SimulatedJob job = job(retried.job());
            require(job.thrown(retried.index()) > 0, "it really failed: %s", fact);
            require(job.retriedAt(retried.index()) <= job.policy.attempts().retries(), "one retry too many: %s", fact);
        } else if (fact instanceof Fact.Died died) {
            SimulatedJob job = job(died.job());
            require(job.deaths(died.index()) > 0, "only what ran is blamed: %s", fact);
        } else if (fact instanceof Fact.GivenUp given) {
            job(given.job()).givenUp = true;
        } else if (fact instanceof Fact.Became became) {
            became(job(became.job()), became.state());
        }
    }

    private void failed(SimulatedJob job, ItemFailure item) {
        long index = item.index();
        if (item.failure() instanceof Failure.Lost lost) {
            long own = lost.deaths().stream()
                    .filter(death -> death.what().equals("executor"))
                    .count();
            require(lost.deaths().size() >= 3, "poison has three deaths: %s", item);
            require(job.deaths(index) >= own, "only what ran is blamed: %s died %s times", item, job.deaths(index));
        } else if (item.failure() instanceof Failure.Cancelled) {
            require(job.unwanted.contains(index), "nobody has cancelled %s", item);
        } else if (item.failure() instanceof Failure.TimedOut) {
            require(job.policy.attempts().timeoutMillis() > 0, "there is no limit: %s", item);
        } else {
            require(job.thrown(index) > job.policy.attempts().retries(), "it really failed so often: %s", item);
        }
    }

    private void ends(SimulatedJob job, Intervals as, Intervals not, Range items, Fact fact) {
        require(job.takesWork(), "nothing ends after its job: %s of %s", fact, job);
        require(items.to() <= job.arrived, "only what has arrived ends: %s", fact);
        long news = as.add(items.from(), items.to()).stream()
                .mapToLong(Range::count)
                .sum();
        require(
                news == items.count() && not.within(items.from(), items.to()).isEmpty(),
                "each item ends once: %s",
                fact);
    }

    private void became(SimulatedJob job, JobState state) {
        require(job.state.mayBecome(state), "job %s may become %s", job, state);
        JobState before = job.state;
        job.state = state;
        if (state == JobState.RUNNING) {
            job.startedAt = cluster.time.now();
        } else if (state.ended()) {
            job.endedAt = cluster.time.now();
            job.over();
        }
        if (!job.takesWork()) {
            job.children().stream().filter(SimulatedJob::takesWork).forEach(cluster.coordinator()::cancel);
        }
        if (state == JobState.SUCCEEDED) {
            require(job.succeeded.size() == job.total, "every item has a result: %s", job);
        } else if (state == JobState.FAILED && !job.givenUp) {
            require(job.ended() == job.total && !job.failed.isEmpty(), "every item has ended: %s", job);
        } else if (state == JobState.CANCELLED) {
            require(job.cancelled, "nobody has cancelled %s", job);
        }
        if (before == JobState.CANCELLING) {
            leases.values()
                    .forEach(lease -> require(
                            !lease.job.equals(job.id), "%s has not confirmed that %s stopped", lease.worker, job));
        }
    }

    void command(Command command) {
        if (command instanceof Command.Open open) {
            member(open.worker()).opened.add(open.job());
        } else if (command instanceof Command.Grant grant) {
            granted(grant);
        } else if (command instanceof Command.Recall recall) {
            require(
                    member(recall.worker()).recalling.putIfAbsent(recall.job(), cluster.time.now()) == null,
                    "one recall at a time: %s",
                    recall);
        } else if (command instanceof Command.Close close) {
            Member member = member(close.worker());
            member.opened.remove(close.job());
            List.copyOf(member.leases).stream()
                    .filter(id -> lease(id).job.equals(close.job()))
                    .forEach(id -> drop(id, member));
        }
    }

    private void granted(Command.Grant grant) {
        SimulatedJob job = job(grant.job());
        Member member = member(grant.worker());
        require(job.takesWork(), "only a living job is granted: %s of %s", grant, job);
        require(!member.leaving, "nothing is granted to a worker that leaves: %s", grant);
        require(member.opened.contains(grant.job()), "a job is opened before it is granted: %s", grant);
        require(grant.from() < grant.to() && grant.to() <= job.arrived, "what has arrived is granted: %s", grant);
        require(grant.lease().epoch() == cluster.coordinator().epoch, "of the present epoch: %s", grant);
        require(grant.lease().number() > granted, "leases are numbered upwards: %s after %s", grant, granted);
        granted = grant.lease().number();
        grants++;
        job.leases++;
        require(
                job.succeeded.within(grant.from(), grant.to()).isEmpty()
                        && job.failed.within(grant.from(), grant.to()).isEmpty(),
                "what has ended is not granted again: %s of %s",
                grant,
                job);
        Lease lease = new Lease(grant.lease(), grant.job(), grant.worker());
        leases.put(lease.id, lease);
        member.leases.add(lease.id);
        hold(lease, grant.from(), grant.to());
        keepsLimits(job, member, grant);
    }

    private void keepsLimits(SimulatedJob job, Member member, Command.Grant grant) {
        Policy.Share share = job.policy.share();
        if (share.atOnce() > 0) {
            long atOnce = held(job.id).size()
                    - endedButHeld(job)
                    + twice.getOrDefault(job.id, Set.of()).size();
            require(atOnce <= share.atOnce(), "%s items at a time are too many: %s", atOnce, grant);
        }
        for (Requirement required : share.requires()) {
            long taken = 0;
            for (LeaseId id : member.leases) {
                Lease lease = lease(id);
                for (Requirement other : job(lease.job).policy.share().requires()) {
                    if (other.label().equals(required.label())) {
                        taken += other.thousandths() * lease.open.size();
                    }
                }
            }
            long has = member.info.labels().stream()
                    .filter(label -> label.name().equals(required.label()))
                    .mapToLong(label -> 1000 * Long.parseLong(label.value()))
                    .sum();
            require(taken <= has, "%s of %s are taken, and there is %s: %s", taken, required.label(), has, grant);
        }
    }

    private void hold(Lease lease, long from, long to) {
        long news =
                held(lease.job).add(from, to).stream().mapToLong(Range::count).sum();
        boolean second = news == 0 && to - from == 1 && job(lease.job).policy.speculative();
        boolean fine =
                second ? twice.computeIfAbsent(lease.job, id -> new HashSet<>()).add(from) : news == to - from;
        require(
                fine,
                "items %s..%s of job %s go to %s though somebody has them: %s",
                from,
                to - 1,
                lease.job,
                lease.worker,
                fine ? List.of() : holders(lease.job, from, to));
        lease.open.add(from, to);
    }

    private List<String> holders(JobId job, long from, long to) {
        return leases.values().stream()
                .filter(lease ->
                        lease.job.equals(job) && !lease.open.within(from, to).isEmpty())
                .map(lease -> lease.worker + " by " + lease.id + " " + lease.open)
                .toList();
    }

    private void release(Lease lease, Range items) {
        lease.open.remove(items.from(), items.to());
        List<Long> stay = twice.getOrDefault(lease.job, Set.of()).stream()
                .filter(index -> items.from() <= index && index < items.to())
                .toList();
        held(lease.job).remove(items.from(), items.to());
        for (long index : stay) {
            twice.getOrDefault(lease.job, Set.of()).remove(index);
            held(lease.job).add(index, index + 1);
        }
    }

    private void drop(LeaseId id, Member member) {
        Lease lease = leases.remove(id);
        member.leases.remove(id);
        if (lease != null) {
            lease.open.ranges().forEach(range -> release(lease, range));
        }
    }

    /** A worker says something to the coordinator, or will. */
    void reported(SimulatedWorker worker, FromWorker message) {
        if (message instanceof FromWorker.Returned returned) {
            Lease lease = leases.get(returned.lease());
            long since = lease == null ? Long.MAX_VALUE : lease.arrived;
            for (SimulatedExecutor executor : worker.executors()) {
                executor.running().ifPresent(item -> {
                    boolean taken = item.job().id.equals(returned.job())
                            && returned.from() <= item.index()
                            && item.index() < returned.to();
                    require(
                            !taken || item.came() < since,
                            "what has started is not returned: %s runs it, and %s says %s",
                            executor,
                            worker.id(),
                            message);
                });
            }
        } else if (message instanceof FromWorker.JobStopped stopped) {
            for (SimulatedExecutor executor : worker.executors()) {
                require(
                        executor.running()
                                .filter(item -> item.job().id.equals(stopped.job()))
                                .isEmpty(),
                        "what is said to be stopped does not run: %s",
                        executor);
            }
        }
    }

    /** After each decision of the coordinator. */
    void decided() {
        decisions++;
        if (decisions % cluster.sweepEvery == 0) {
            sweep();
        }
    }

    /** Compares everything with everything. */
    void sweep() {
        cluster.coordinator().checkReplica(false);
        require(
                cluster.coordinator().scheduler.overview().untidy().isEmpty(),
                "no more ranges are kept than what waits and is at workers calls for");
        for (SimulatedJob job : cluster.coordinator().jobs.values()) {
            if (job.takesWork() && cluster.coordinator().isSettled()) {
                long open = held(job.id).size() - endedButHeld(job);
                long running = cluster.coordinator().scheduler.overview().running(job.id);
                require(open == running, "of %s, %s items are at workers, not %s", job, open, running);
            }
        }
        for (SimulatedWorker worker : cluster.workers()) {
            Member member = members.get(worker.id());
            if (member != null && worker.isSettled() && cluster.coordinator().isSettled()) {
                compare(worker, member);
            }
        }
    }

    private long endedButHeld(SimulatedJob job) {
        long count = 0;
        for (Range range : held(job.id).ranges()) {
            for (Intervals ended : List.of(job.succeeded, job.failed)) {
                count += ended.within(range.from(), range.to()).stream()
                        .mapToLong(Range::count)
                        .sum();
            }
        }
        return count;
    }

    /** When nothing is under way, a worker has what the coordinator believes it has. */
    private void compare(SimulatedWorker worker, Member member) {
        member.recalling.forEach((job, since) -> require(
                cluster.time.now() - since <= ANSWER || !job(job).takesWork(),
                "%s owes an answer for %s",
                worker,
                job));
        Map<LeaseId, Intervals> has = new HashMap<>();
        for (HeldLease part : worker.execution.held()) {
            List<Range> news =
                    has.computeIfAbsent(part.id(), id -> new Intervals()).add(part.from(), part.to());
            require(
                    news.stream().mapToLong(Range::count).sum() == part.to() - part.from(),
                    "%s holds something twice",
                    worker);
        }
        Set<LeaseId> all = new HashSet<>(has.keySet());
        all.addAll(member.leases);
        List<String> differences = new ArrayList<>();
        for (LeaseId id : all) {
            Lease lease = leases.get(id);
            Intervals there = has.getOrDefault(id, new Intervals());
            if (lease != null
                    && job(lease.job).takesWork()
                    && !lease.open.ranges().equals(there.ranges())) {
                differences.add(id + " of job " + lease.job + ": " + there + " rather than " + lease.open);
            }
        }
        if (differences.isEmpty()) {
            member.differsSince = Long.MAX_VALUE;
        } else {
            // What is being stopped there, in its grace, is still to be given up by the worker.
            member.differsSince = Math.min(member.differsSince, cluster.time.now());
            require(
                    cluster.time.now() - member.differsSince <= 2 * Cluster.GRACE,
                    "%s has not what it should have: %s",
                    worker,
                    differences);
        }
    }

    private Intervals held(JobId job) {
        return held.computeIfAbsent(job, id -> new Intervals());
    }

    private SimulatedJob job(JobId id) {
        return cluster.coordinator().job(id);
    }

    private Lease lease(LeaseId id) {
        Lease lease = leases.get(id);
        if (lease == null) {
            throw new AssertionError("No lease " + id);
        }
        return lease;
    }

    private Member member(WorkerId worker) {
        Member member = members.get(worker);
        if (member == null) {
            throw new AssertionError("Something is said of " + worker + ", which is not there");
        }
        return member;
    }
}
