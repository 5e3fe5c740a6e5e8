package io.sheaf.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of a worker: executors start, run, die and are stopped, and every item that it got is accounted for once. */
@SuppressWarnings("NullAway") // what is looked up is there, or the test fails
class ExecutionSimulationTest {
    private static final int SLOTS = 3;
    private static final long MILLI = 1_000_000L;
    private static final long LIMIT_MILLIS = 100;

    private final Execution execution =
            new Execution(new WorkerId("w"), new Execution.Limits(SLOTS, 0, 2_000 * MILLI, 60_000 * MILLI));
    private final Map<Long, SimulatedExecutor> executors = new LinkedHashMap<>();
    private final Map<JobId, Set<Long>> outstanding = new HashMap<>();
    private final Map<JobId, Policy> policies = new HashMap<>();
    private final Map<Long, LeaseId> leases = new HashMap<>();
    private final Map<JobId, Integer> recalls = new HashMap<>();
    private final Set<Long> unwanted = new HashSet<>();
    private final Set<JobId> stopping = new HashSet<>();
    private final Set<JobId> gone = new HashSet<>();
    private final Set<Long> dropped = new HashSet<>();
    private Random random = new Random(0);
    private long now;
    private long granted;
    private boolean left;
    private boolean calm;
    private JobId unlucky = new JobId(0);

    static IntStream seeds() {
        return IntStream.range(0, Integer.getInteger("simulation.seeds", 300));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyItemIsAccountedForOnce(int seed) {
        random = new Random(seed);
        int jobs = 1 + random.nextInt(4);
        unlucky = new JobId(random.nextInt(12));
        for (int i = 1; i <= jobs; i++) {
            open(new JobId(i), i % 2 == 0);
        }
        boolean leaves = random.nextInt(4) == 0;
        for (int step = 0; step < 900; step++) {
            now += random.nextInt((int) (5 * MILLI));
            step(jobs, step, leaves);
            decide();
        }
        calm = true;
        for (int step = 0; step < 40_000 && !done(); step++) {
            now += 10 * MILLI;
            advance();
            decide();
        }
        outstanding.forEach(
                (job, items) -> assertThat(items).as("of job %s", job).isEmpty());
        assertThat(execution.isIdle()).as("nothing runs any more").isTrue();
        assertThat(recalls.values()).as("recalls without an answer").allMatch(open -> open == 0);
        assertThat(granted).isPositive();
    }

    private boolean done() {
        return outstanding.values().stream().allMatch(Set::isEmpty)
                && execution.isIdle()
                && recalls.values().stream().allMatch(open -> open == 0);
    }

    private void step(int jobs, int step, boolean leaves) {
        JobId job = new JobId(1 + random.nextInt(jobs));
        switch (random.nextInt(16)) {
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
                if (leaves && step > 600 && !left) {
                    left = true;
                    execution.leave();
                }
            }
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    register(jobs);
                }
            }
            case 5 -> {
                recalls.merge(job, 1, Integer::sum);
                execution.recall(job);
            }
            case 6 -> stopItem(job);
            default -> advance();
        }
    }

    private void stopItem(JobId job) {
        List<Long> items = List.copyOf(outstanding.get(job));
        if (!items.isEmpty() && !stopping.contains(job)) {
            long index = items.get(random.nextInt(items.size()));
            unwanted.add(index);
            execution.stopItem(job, leases.get(index), index);
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
        recalls.clear();
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
        policies.computeIfAbsent(id, job -> policy());
        execution.opened(new ToWorker.JobOpened(
                id,
                new Work.Calls(),
                Optional.empty(),
                new Source.Range(0, 1_000_000),
                bundle,
                ResultForm.OBJECT,
                policies.get(id),
                new Nesting(new JobToken("a token"), 0)));
    }

    private Policy policy() {
        return Policy.defaults()
                .withAttempts(new Policy.Attempts(0, 0, random.nextBoolean() ? LIMIT_MILLIS : 0, Policy.ANY))
                .withShare(new Policy.Share(random.nextInt(2), 1 + random.nextInt(3), 0, List.of()))
                .withItemsPerProcess(random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 0);
    }

    private void grant(JobId job) {
        if (stopping.contains(job) || gone.contains(job)) {
            return;
        }
        int count = 1 + random.nextInt(50);
        LeaseId lease = new LeaseId(1, granted);
        for (long index = granted; index < granted + count; index++) {
            outstanding.get(job).add(index);
            leases.put(index, lease);
        }
        execution.granted(new ToWorker.Granted(lease, job, granted, granted + count, List.of(), List.of(), false));
        granted += count;
    }

    private void decide() {
        for (Command command : execution.decide(now)) {
            if (command instanceof Command.Fetch fetch) {
                execution.codeReady(fetch.bundle().id());
            } else if (command instanceof Command.Start start) {
                executors.put(start.executor(), new SimulatedExecutor(random));
                assertThat(executors.size()).isLessThanOrEqualTo(SLOTS);
            } else if (command instanceof Command.Tell tell) {
                SimulatedExecutor executor = executors.get(tell.executor());
                if (executor != null) {
                    executor.told.add(tell.message());
                }
            } else if (command instanceof Command.Kill kill) {
                dead(kill.executor());
            } else if (command instanceof Command.Report report) {
                account(report.message());
            }
        }
    }

    private void advance() {
        List<Long> numbers = new ArrayList<>(executors.keySet());
        if (numbers.isEmpty()) {
            return;
        }
        long number = numbers.get(random.nextInt(numbers.size()));
        SimulatedExecutor executor = executors.get(number);
        if (!executor.ready) {
            executor.ready = true;
            execution.heard(number, new FromExecutor.Ready(1), now);
            return;
        }
        for (int i = random.nextInt(3); i > 0 && !executor.told.isEmpty(); i--) {
            executor.hear();
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            boolean initializes = !executor.isWaiting() && (calm || random.nextInt(8) > 0);
            executor.work(now, initializes || !isUnlucky(executor), random.nextInt(3) == 0 && random.nextInt(2) == 0);
        }
        for (int i = random.nextInt(4); i > 0 && !executor.says.isEmpty(); i--) {
            execution.heard(number, executor.says.poll(), now);
        }
        if (executor.over && executor.says.isEmpty()) {
            end(number, executor);
        }
        executor.begun.forEach((job, items) ->
                assertThat(items).as("items of job %s in one process", job).isLessThanOrEqualTo(mostItems(job)));
    }

    private boolean isUnlucky(SimulatedExecutor executor) {
        return executor.running().isEmpty() && unlucky.number() > 0 && policies.containsKey(unlucky);
    }

    private int mostItems(JobId job) {
        int most = policies.get(job).itemsPerProcess();
        return most == 0 ? Integer.MAX_VALUE : most;
    }

    private void end(long number, SimulatedExecutor executor) {
        executors.remove(number);
        boolean clean = !executor.unclean;
        execution.died(number, true, clean, clean ? Optional.empty() : executor.running(), Shell.death());
    }

    private void die() {
        if (!executors.isEmpty() && random.nextInt(3) == 0) {
            List<Long> numbers = new ArrayList<>(executors.keySet());
            dead(numbers.get(random.nextInt(numbers.size())));
        }
    }

    /** All that it has said is heard before; results that it had not sent are lost with it. */
    private void dead(long number) {
        SimulatedExecutor executor = executors.remove(number);
        if (executor != null) {
            executor.says.forEach(message -> execution.heard(number, message, now));
            execution.died(number, executor.ready, false, executor.running(), Shell.death());
        }
    }

    private void account(FromWorker report) {
        if (report instanceof FromWorker.Completed done) {
            account(done.job(), done.results().from(), done.results().to());
        } else if (report instanceof FromWorker.Failed failed) {
            failed(failed);
        } else if (report instanceof FromWorker.Died died) {
            account(died.job(), died.index(), died.index() + 1);
        } else if (report instanceof FromWorker.Returned returned) {
            for (long index = returned.from(); index < returned.to(); index++) {
                assertNotRunning(returned.job(), index);
            }
            account(returned.job(), returned.from(), returned.to());
        } else if (report instanceof FromWorker.Recalled recalled) {
            assertThat(recalls.merge(recalled.job(), -1, Integer::sum))
                    .as("answers are not more than recalls")
                    .isNotNegative();
        } else if (report instanceof FromWorker.CannotRun cannot) {
            executors
                    .values()
                    .forEach(executor -> assertThat(executor.runs(cannot.job()))
                            .as("job %s runs", cannot.job())
                            .isFalse());
            stopping.add(cannot.job());
            outstanding.get(cannot.job()).clear();
        } else if (report instanceof FromWorker.JobStopped stopped) {
            gone.add(stopped.job());
        } else if (report instanceof FromWorker.Running running) {
            assertThat(running.items()).hasSizeBetween(1, SLOTS);
        }
    }

    private void failed(FromWorker.Failed failed) {
        long index = failed.failure().index();
        if (failed.failure().failure() instanceof Failure.TimedOut late) {
            assertThat(late.millis()).isEqualTo(LIMIT_MILLIS);
            assertNotRunning(failed.job(), index);
        }
        account(failed.job(), index, index + 1);
    }

    private void assertNotRunning(JobId job, long index) {
        for (SimulatedExecutor executor : executors.values()) {
            if (executor.runs(job) && executor.running().orElseThrow().index() == index) {
                throw new AssertionError("Item " + index + " of job " + job + " runs, and is returned or over");
            }
        }
    }

    private void account(JobId job, long from, long to) {
        if (stopping.contains(job)) {
            throw new AssertionError("Something is said of job " + job + ", which is stopped");
        }
        for (long index = from; index < to; index++) {
            if (!outstanding.get(job).remove(index) && !dropped.remove(index)) {
                throw new AssertionError("Item " + index + " of job " + job + " is accounted for twice");
            }
        }
    }
}
