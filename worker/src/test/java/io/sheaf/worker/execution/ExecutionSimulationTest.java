package io.sheaf.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of a worker: executors start, run, die and are stopped, and every item that it got is accounted for once. */
@SuppressWarnings("NullAway") // what is looked up is there, or the test fails
class ExecutionSimulationTest {
    private static final int SLOTS = 3;

    private final Execution execution =
            new Execution(new WorkerId("w"), new Execution.Limits(SLOTS, 2_000_000_000L, 60_000_000_000L));
    private final Map<Long, Executor> executors = new LinkedHashMap<>();
    private final Map<JobId, Set<Long>> outstanding = new HashMap<>();
    private final Set<JobId> stopping = new HashSet<>();
    private final Set<JobId> gone = new HashSet<>();
    private final Set<Long> dropped = new HashSet<>();
    private Random random = new Random(0);
    private long now;
    private long granted;
    private boolean left;

    private static final class Executor {
        private final ArrayDeque<ToExecutor.Batch> batches = new ArrayDeque<>();
        private final Map<Long, Long> ends = new HashMap<>();
        private boolean ready;
        private boolean ending;
        private boolean stubborn;
        private long next = -1;
    }

    static IntStream seeds() {
        return IntStream.range(0, 300);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyItemIsAccountedForOnce(int seed) {
        random = new Random(seed);
        int jobs = 1 + random.nextInt(4);
        for (int i = 1; i <= jobs; i++) {
            open(new JobId(i), i % 2 == 0);
        }
        boolean leaves = random.nextInt(4) == 0;
        for (int step = 0; step < 600; step++) {
            now += random.nextInt(5_000_000);
            step(jobs, step, leaves);
            decide();
        }
        for (int step = 0; step < 20_000 && !done(); step++) {
            now += 10_000_000;
            advance(false);
            decide();
        }
        outstanding.forEach(
                (job, items) -> assertThat(items).as("of job %s", job).isEmpty());
        assertThat(execution.isIdle()).as("nothing runs any more").isTrue();
        assertThat(granted).isPositive();
    }

    private boolean done() {
        return outstanding.values().stream().allMatch(Set::isEmpty) && execution.isIdle();
    }

    private void step(int jobs, int step, boolean leaves) {
        JobId job = new JobId(1 + random.nextInt(jobs));
        switch (random.nextInt(10)) {
            case 0 -> grant(job);
            case 1 -> die();
            case 2 -> {
                if (random.nextInt(40) == 0 && !gone.contains(job)) {
                    stopping.add(job);
                    outstanding.get(job).clear();
                    execution.stop(job);
                }
            }
            case 3 -> {
                if (leaves && step > 400 && !left) {
                    left = true;
                    execution.leave();
                }
            }
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    register(jobs);
                }
            }
            default -> advance(true);
        }
    }

    /** The worker comes back to a coordinator that lets it keep some of its leases. */
    private void register(int jobs) {
        decide();
        Map<JobId, Set<Long>> held = new HashMap<>();
        Set<LeaseId> keep = new HashSet<>();
        Set<LeaseId> lost = new HashSet<>();
        for (HeldLease part : execution.held()) {
            Set<Long> items = held.computeIfAbsent(part.job(), job -> new HashSet<>());
            for (long index = part.from(); index < part.to(); index++) {
                assertThat(items.add(index)).as("item %s is held once", index).isTrue();
            }
            if (!lost.contains(part.id())) {
                (keep.contains(part.id()) || random.nextBoolean() ? keep : lost).add(part.id());
            }
        }
        outstanding.forEach((job, items) -> assertThat(held.getOrDefault(job, Set.of()))
                .as("of job %s", job)
                .isEqualTo(items));
        for (HeldLease part : execution.held()) {
            for (long index = part.from(); index < part.to() && lost.contains(part.id()); index++) {
                outstanding.get(part.job()).remove(index);
                dropped.add(index);
            }
        }
        execution.keep(keep);
        for (int i = 1; i <= jobs; i++) {
            if (!stopping.contains(new JobId(i))) {
                open(new JobId(i), i % 2 == 0);
            }
        }
    }

    private void open(JobId id, boolean otherBundle) {
        CodeId code = new CodeId((otherBundle ? "a" : "b").repeat(64));
        Bundle bundle = new Bundle(List.of(new CodeFile(code, "x.jar", 1, "/x.jar")));
        outstanding.putIfAbsent(id, new HashSet<>());
        execution.opened(new ToWorker.JobOpened(
                id,
                new Work.Calls(),
                Optional.empty(),
                new Source.Range(0, 1_000_000),
                bundle,
                ResultForm.OBJECT,
                Policy.defaults()));
    }

    private void grant(JobId job) {
        if (stopping.contains(job) || gone.contains(job)) {
            return;
        }
        int count = 1 + random.nextInt(50);
        LeaseId lease = new LeaseId(1, granted);
        for (long index = granted; index < granted + count; index++) {
            outstanding.get(job).add(index);
        }
        execution.granted(new ToWorker.Granted(lease, job, granted, granted + count, List.of()));
        granted += count;
    }

    private void decide() {
        for (Command command : execution.decide(now)) {
            if (command instanceof Command.Fetch fetch) {
                execution.codeReady(fetch.bundle().id());
            } else if (command instanceof Command.Start start) {
                executors.put(start.executor(), new Executor());
                assertThat(executors.size()).isLessThanOrEqualTo(SLOTS);
            } else if (command instanceof Command.Tell tell) {
                tell(tell.executor(), tell.message());
            } else if (command instanceof Command.Kill kill) {
                dead(kill.executor());
            } else if (command instanceof Command.Report report) {
                account(report.message());
            }
        }
    }

    private void tell(long number, ToExecutor message) {
        Executor executor = executors.get(number);
        if (executor == null) {
            return;
        }
        if (message instanceof ToExecutor.Batch batch) {
            executor.batches.add(batch);
            executor.ends.put(batch.number(), batch.items().to());
        } else if (message instanceof ToExecutor.TakeBack back) {
            giveBack(number, executor, batch -> batch.number() >= back.number());
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            executor.stubborn = executor.next >= 0
                    && executor.batches.peek().job().equals(interrupt.job())
                    && random.nextInt(3) == 0;
            giveBack(number, executor, batch -> batch.job().equals(interrupt.job()));
        } else if (message instanceof ToExecutor.End) {
            executor.ending = true;
        }
    }

    private interface Choice {
        boolean takes(ToExecutor.Batch batch);
    }

    /** What has started, at most one item, is not given back. */
    private void giveBack(long number, Executor executor, Choice choice) {
        boolean first = true;
        for (ToExecutor.Batch batch : List.copyOf(executor.batches)) {
            if (choice.takes(batch)) {
                long from = first && executor.next >= 0
                        ? executor.next + 1
                        : batch.items().from();
                long to = executor.ends.get(batch.number());
                execution.heard(number, new FromExecutor.TakenBack(batch.number(), Math.min(from, to)), now);
                executor.ends.put(batch.number(), Math.min(from, to));
                if (!(first && executor.next >= 0)) {
                    executor.batches.remove(batch);
                }
            }
            first = false;
        }
    }

    private void advance(boolean chance) {
        List<Long> numbers = new ArrayList<>(executors.keySet());
        if (numbers.isEmpty()) {
            return;
        }
        long number = numbers.get(random.nextInt(numbers.size()));
        Executor executor = executors.get(number);
        if (!executor.ready) {
            if (chance && random.nextInt(20) == 0) {
                return;
            }
            executor.ready = true;
            execution.heard(number, new FromExecutor.Ready(1), now);
            return;
        }
        if (executor.stubborn) {
            return;
        }
        ToExecutor.Batch batch = executor.batches.peek();
        if (batch == null) {
            if (executor.ending) {
                executors.remove(number);
                execution.died(number, true, true, Optional.empty(), death());
            }
            return;
        }
        if (executor.next < 0) {
            executor.next = batch.items().from();
            return;
        }
        runSome(number, executor, batch, chance);
    }

    private void runSome(long number, Executor executor, ToExecutor.Batch batch, boolean chance) {
        long end = executor.ends.get(batch.number());
        long to = Math.min(end, executor.next + 1 + random.nextInt(20));
        if (chance && random.nextInt(15) == 0) {
            to = executor.next + 1;
            Thrown thrown = new Thrown("X", "no", List.of(), Optional.empty(), List.of());
            Failure failure = new Failure.Threw(thrown, Bytes.EMPTY);
            execution.heard(number, new FromExecutor.Failed(batch.job(), executor.next, failure), now);
        } else {
            Segment results = Segment.ofLongs(executor.next, (int) (to - executor.next), 0);
            long nanos = (to - executor.next) * (1 + random.nextInt(1_000_000));
            execution.heard(number, new FromExecutor.Finished(batch.job(), results, nanos), now);
        }
        executor.next = to;
        if (to >= end) {
            executor.batches.remove();
            executor.next = -1;
        }
    }

    private void die() {
        if (!executors.isEmpty() && random.nextInt(3) == 0) {
            List<Long> numbers = new ArrayList<>(executors.keySet());
            dead(numbers.get(random.nextInt(numbers.size())));
        }
    }

    private void dead(long number) {
        Executor executor = executors.remove(number);
        if (executor == null) {
            return;
        }
        ToExecutor.Batch batch = executor.batches.peek();
        Optional<Execution.Running> running = batch == null || executor.next < 0
                ? Optional.empty()
                : Optional.of(new Execution.Running(batch.job(), executor.next + unsent(executor, batch)));
        execution.died(number, executor.ready, false, running, death());
    }

    /** How many results an executor takes with it. */
    private int unsent(Executor executor, ToExecutor.Batch batch) {
        return random.nextInt((int) (executor.ends.get(batch.number()) - executor.next));
    }

    private void account(FromWorker report) {
        if (report instanceof FromWorker.Completed done) {
            account(done.job(), done.results().from(), done.results().to());
        } else if (report instanceof FromWorker.Failed failed) {
            account(failed.job(), failed.failure().index(), failed.failure().index() + 1);
        } else if (report instanceof FromWorker.Died died) {
            account(died.job(), died.index(), died.index() + 1);
        } else if (report instanceof FromWorker.Returned returned) {
            account(returned.job(), returned.from(), returned.to());
        } else if (report instanceof FromWorker.CannotRun cannot) {
            stopping.add(cannot.job());
            outstanding.get(cannot.job()).clear();
        } else if (report instanceof FromWorker.JobStopped stopped) {
            gone.add(stopped.job());
        }
    }

    private void account(JobId job, long from, long to) {
        assertThat(stopping).as("jobs of which nothing may be said").doesNotContain(job);
        for (long index = from; index < to; index++) {
            assertThat(outstanding.get(job).remove(index) || dropped.remove(index))
                    .as("item %s of job %s is accounted for once", index, job)
                    .isTrue();
        }
    }

    private static DeathReport death() {
        return new DeathReport(
                "executor",
                new WorkerId("w"),
                "host",
                OptionalLong.of(1),
                OptionalInt.of(7),
                OptionalInt.empty(),
                "",
                List.of());
    }
}
