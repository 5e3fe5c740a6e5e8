package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.RunningItem;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A scheduler with a clock of its own, and workers that have done nothing yet of what they were told. */
final class Scene {
    static final long THREW_AFTER_NANOS = 2_000_000;
    static final long DIED_AFTER_NANOS = 3_000_000;

    final TaskScheduler scheduler;
    final List<Fact> facts = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();
    final Map<WorkerId, ArrayDeque<Command.Grant>> granted = new LinkedHashMap<>();
    private long now = 1_000_000_000L;
    private int jobs;

    Scene() {
        this(1);
    }

    Scene(long epoch) {
        this.scheduler = new TaskScheduler(epoch);
    }

    long now() {
        return now;
    }

    static WorkerInfo worker(WorkerId id, int slots, Label... labels) {
        return new WorkerInfo(id, "host", 1, slots, 0, "0", List.of(labels));
    }

    static DeathReport death(WorkerId worker) {
        return new DeathReport(
                "executor", worker, "host", OptionalLong.of(3), OptionalInt.empty(), OptionalInt.of(9), "", List.of());
    }

    WorkerId join(String name, int slots, Label... labels) {
        WorkerId id = new WorkerId(name);
        scheduler.joined(worker(id, slots, labels), List.of());
        settle();
        return id;
    }

    /** A worker that has slots also for what waits. */
    WorkerId joinBoth(String name, int slots, int ioSlots, Label... labels) {
        WorkerId id = new WorkerId(name);
        scheduler.joined(new WorkerInfo(id, "host", 1, slots, ioSlots, "0", List.of(labels)), List.of());
        settle();
        return id;
    }

    /** A job of that many items, all there. */
    JobId submit(long items, Policy policy) {
        JobId id = new JobId(++jobs);
        scheduler.submitted(id, policy);
        scheduler.inputEnded(id, items);
        settle();
        return id;
    }

    /** The same under a number of its own. */
    JobId submit(long number, long items, Policy policy) {
        jobs = (int) number - 1;
        return submit(items, policy);
    }

    void after(long millis) {
        now += millis * 1_000_000;
        settle();
    }

    /** Lets what was said take effect. */
    void settle() {
        scheduler.timePassed(now);
        Reaction reaction = scheduler.place();
        facts.addAll(reaction.facts());
        commands.addAll(reaction.commands());
        for (Command command : reaction.commands()) {
            if (command instanceof Command.Grant grant) {
                granted.computeIfAbsent(grant.worker(), id -> new ArrayDeque<>())
                        .add(grant);
            }
        }
    }

    ArrayDeque<Command.Grant> grants(WorkerId worker) {
        return granted.computeIfAbsent(worker, id -> new ArrayDeque<>());
    }

    /** How many items of a job were ever handed to a worker, second attempts counted again. */
    long handed(WorkerId worker, JobId job) {
        return commands.stream()
                .filter(Command.Grant.class::isInstance)
                .map(Command.Grant.class::cast)
                .filter(grant -> grant.worker().equals(worker) && grant.job().equals(job))
                .mapToLong(grant -> grant.to() - grant.from())
                .sum();
    }

    /** The worker runs all of its oldest lease; each item takes so long. */
    Optional<Command.Grant> complete(WorkerId worker, long millisEach) {
        Optional<Command.Grant> grant = Optional.ofNullable(grants(worker).poll());
        grant.ifPresent(one -> {
            Range items = new Range(one.from(), one.to());
            scheduler.completed(worker, one.job(), one.lease(), items, items.count() * millisEach * 1_000_000);
            settle();
        });
        return grant;
    }

    /** The first item of the worker's oldest lease throws. */
    void failFirst(WorkerId worker) {
        Command.Grant grant = grants(worker).getFirst();
        Thrown thrown = new Thrown("X", "no", List.of(), Optional.empty(), List.of());
        ItemFailure failure =
                new ItemFailure(grant.from(), 1, worker, new Failure.Threw(thrown, Bytes.EMPTY), THREW_AFTER_NANOS);
        scheduler.failed(worker, grant.job(), grant.lease(), failure);
        shorten(worker, grant);
        settle();
    }

    /** The process of the first item of the worker's oldest lease dies. */
    void dieFirst(WorkerId worker) {
        Command.Grant grant = grants(worker).getFirst();
        scheduler.died(worker, grant.job(), grant.lease(), grant.from(), death(worker), DIED_AFTER_NANOS);
        shorten(worker, grant);
        settle();
    }

    private void shorten(WorkerId worker, Command.Grant grant) {
        grants(worker).removeFirst();
        if (grant.from() + 1 < grant.to()) {
            grants(worker)
                    .addFirst(new Command.Grant(
                            worker,
                            grant.lease(),
                            grant.job(),
                            grant.from() + 1,
                            grant.to(),
                            Repeated.within(grant.repeated(), grant.from() + 1, grant.to()),
                            grant.alone()));
        }
    }

    /** The worker says that it has run the first item of its oldest lease for so long. */
    void running(WorkerId worker, long millis) {
        Command.Grant grant = grants(worker).getFirst();
        scheduler.runs(
                worker,
                List.of(new RunningItem(grant.job(), grant.lease(), grant.from(), millis, OptionalInt.empty(), false)));
        settle();
    }

    void lose(WorkerId worker) {
        granted.remove(worker);
        scheduler.lost(worker, death(worker));
        settle();
    }

    <F extends Fact> List<F> facts(Class<F> type) {
        return facts.stream().filter(type::isInstance).map(type::cast).collect(Collectors.toList());
    }

    <C extends Command> List<C> commands(Class<C> type) {
        return commands.stream().filter(type::isInstance).map(type::cast).collect(Collectors.toList());
    }

    /** The last state that a job has come to. */
    JobState state(JobId job) {
        JobState state = JobState.WAITING;
        for (Fact.Became became : facts(Fact.Became.class)) {
            state = became.job().equals(job) ? became.state() : state;
        }
        return state;
    }

    /** What is said of why a job waits. */
    String reasons(JobId job) {
        return scheduler.overview().reasons(job).stream()
                .map(reason -> reason.items() + "@" + reason.worker() + ": " + reason.words())
                .collect(Collectors.joining("\n"));
    }
}
