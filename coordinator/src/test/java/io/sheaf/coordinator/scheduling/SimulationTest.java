package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random lives of a cluster: workers come, go, are lost and come again, repeat themselves, and still everything ends once. */
@SuppressWarnings("NullAway") // what is looked up is there, or the test fails
class SimulationTest {
    private final TaskScheduler scheduler = new TaskScheduler(7);
    private final Map<WorkerId, Worker> workers = new LinkedHashMap<>();
    private final Map<JobId, Job> jobs = new LinkedHashMap<>();
    private final List<Worker> ghosts = new ArrayList<>();
    private Random random = new Random(0);
    private int names;

    private static final class Job {
        private final long total;
        private final Set<Long> ended = new HashSet<>();
        private final Set<Long> succeeded = new HashSet<>();
        private final Set<Long> mortal = new HashSet<>();
        private long arrived;
        private boolean cancelled;
        private JobState state = JobState.WAITING;

        Job(long total) {
            this.total = total;
        }
    }

    private record Item(LeaseId lease, JobId job, long index) {}

    private static final class Worker {
        private final WorkerId id;
        private final List<Item> items = new ArrayList<>();
        private final Set<JobId> stopping = new HashSet<>();
        private boolean leaving;

        Worker(WorkerId id) {
            this.id = id;
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyItemEndsOnceWhateverHappensToWorkers(int seed) {
        random = new Random(seed);
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            submit();
        }
        for (int step = 0; step < 1500; step++) {
            step();
        }
        finish();
        jobs.forEach((id, job) -> {
            assertThat(job.state.ended()).as("job %s is %s", id, job.state).isTrue();
            if (!job.cancelled) {
                assertThat(job.ended).as("job %s", id).hasSize((int) job.total);
            }
        });
    }

    private void step() {
        switch (random.nextInt(14)) {
            case 0 -> join();
            case 1 -> lose();
            case 2 -> comeBack();
            case 3 -> arrive();
            case 4 -> repeat();
            case 5 -> cancelOne();
            case 6 -> leaveOne();
            case 7 -> again();
            default -> work();
        }
        settle();
    }

    private void submit() {
        JobId id = new JobId(jobs.size() + 1);
        Job job = new Job(random.nextInt(300));
        for (int i = 0; i < random.nextInt(4); i++) {
            job.mortal.add((long) random.nextInt(300));
        }
        jobs.put(id, job);
        scheduler.submitted(id, Policy.defaults());
        settle();
    }

    private void arrive() {
        jobs.forEach((id, job) -> {
            if (job.arrived < job.total && random.nextBoolean()) {
                job.arrived = Math.min(job.total, job.arrived + 1 + random.nextInt(50));
                scheduler.arrived(id, job.arrived, 100);
            }
            if (job.arrived == job.total) {
                scheduler.inputEnded(id, job.total);
            }
        });
    }

    private void join() {
        if (workers.size() < 6) {
            Worker worker = new Worker(new WorkerId("w" + names++));
            workers.put(worker.id, worker);
            assertThat(scheduler.joined(Scene.worker(worker.id, 1 + random.nextInt(4)), List.of()))
                    .isEmpty();
        }
    }

    /** It takes nothing new, gives back what it has not started, and is gone once it has nothing left. */
    private void leaveOne() {
        pick(workers.values()).filter(worker -> random.nextInt(5) == 0).ifPresent(worker -> {
            scheduler.leaving(worker.id);
            worker.leaving = true;
            for (Item item : List.copyOf(worker.items)) {
                if (random.nextBoolean() && !worker.stopping.contains(item.job)) {
                    worker.items.remove(item);
                    scheduler.returned(worker.id, item.job, item.lease, new Range(item.index, item.index + 1));
                }
            }
            if (worker.items.isEmpty()) {
                workers.remove(worker.id);
                scheduler.lost(worker.id, death(worker.id));
            }
        });
    }

    private void lose() {
        pick(workers.values()).ifPresent(worker -> {
            workers.remove(worker.id);
            scheduler.lost(worker.id, death(worker.id));
            if (random.nextBoolean()) {
                ghosts.add(worker);
            }
        });
    }

    /** It was cut off and not dead: it keeps what nobody else has, and goes on. */
    private void comeBack() {
        pick(ghosts).ifPresent(worker -> {
            ghosts.remove(worker);
            List<HeldLease> held = worker.items.stream()
                    .map(item -> new HeldLease(item.lease, item.job, item.index, item.index + 1))
                    .toList();
            Set<LeaseId> keep = scheduler.joined(Scene.worker(worker.id, 2), held);
            worker.items.removeIf(item -> !keep.contains(item.lease));
            worker.stopping.clear();
            worker.leaving = false;
            workers.put(worker.id, worker);
        });
    }

    private void work() {
        pick(workers.values()).ifPresent(worker -> {
            if (!worker.stopping.isEmpty()) {
                JobId job = worker.stopping.iterator().next();
                worker.stopping.remove(job);
                worker.items.removeIf(item -> item.job.equals(job));
                scheduler.stopped(worker.id, job);
            } else if (!worker.items.isEmpty()) {
                run(worker, worker.items.remove(random.nextInt(worker.items.size())));
            }
        });
    }

    private void run(Worker worker, Item item) {
        Job job = jobs.get(item.job);
        if (job.mortal.contains(item.index)) {
            scheduler.died(worker.id, item.job, item.lease, item.index, death(worker.id), 1);
            return;
        }
        Range range = new Range(item.index, item.index + 1);
        switch (random.nextInt(10)) {
            case 0 -> scheduler.failed(worker.id, item.job, item.lease, failure(worker.id, item.index));
            case 1 -> scheduler.returned(worker.id, item.job, item.lease, range);
            default -> scheduler.completed(worker.id, item.job, item.lease, range, random.nextInt(10_000_000));
        }
    }

    /** What a worker says again, or says late, changes nothing. */
    private void repeat() {
        pick(ghosts)
                .ifPresent(ghost -> pick(ghost.items).ifPresent(item -> {
                    Range range = new Range(item.index, item.index + 1);
                    scheduler.completed(ghost.id, item.job, item.lease, range, 1000);
                    settle();
                    scheduler.completed(ghost.id, item.job, item.lease, range, 1000);
                }));
    }

    /** A job that has ended begins again with what has no result. */
    private void again() {
        pick(jobs.keySet()).ifPresent(id -> {
            Job job = jobs.get(id);
            boolean may = job.state.ended() && job.arrived == job.total && job.succeeded.size() < job.total;
            if (may && !scheduler.overview().isHere(id)) {
                Intervals done = new Intervals();
                job.succeeded.forEach(index -> done.add(index, index + 1));
                job.ended.retainAll(job.succeeded);
                job.cancelled = false;
                job.state = JobState.WAITING;
                scheduler.submitted(id, Policy.defaults(), new Headway(done.ranges(), 0));
                scheduler.arrived(id, job.total, 100);
                scheduler.inputEnded(id, job.total);
            }
        });
    }

    private void cancelOne() {
        if (random.nextInt(30) == 0) {
            pick(jobs.keySet()).ifPresent(id -> jobs.get(id).cancelled |= scheduler.cancelled(id));
        }
    }

    private void settle() {
        Reaction reaction = scheduler.place();
        for (Fact fact : reaction.facts()) {
            if (fact instanceof Fact.Completed completed) {
                for (long index = completed.from(); index < completed.to(); index++) {
                    end(completed.job(), index);
                    jobs.get(completed.job()).succeeded.add(index);
                }
            } else if (fact instanceof Fact.Failed failed) {
                end(failed.job(), failed.failure().index());
            } else if (fact instanceof Fact.Became became) {
                Job job = jobs.get(became.job());
                assertThat(job.state.mayBecome(became.state())).isTrue();
                job.state = became.state();
            }
        }
        reaction.commands().forEach(this::obey);
        assertThat(scheduler.overview().untidy()).isEmpty();
        jobs.forEach((id, job) -> {
            if (job.state == JobState.WAITING || job.state == JobState.RUNNING) {
                assertThat(scheduler.overview().running(id))
                        .as("items of job %s at workers", id)
                        .isEqualTo(held(id, job));
            }
        });
    }

    private long held(JobId id, Job job) {
        return workers.values().stream()
                .flatMap(worker -> worker.items.stream())
                .filter(item -> item.job.equals(id) && !job.ended.contains(item.index))
                .count();
    }

    private void end(JobId id, long index) {
        Job job = jobs.get(id);
        assertThat(job.state.ended()).as("nothing ends after its job").isFalse();
        assertThat(job.ended.add(index))
                .as("item %s of job %s ends once", index, id)
                .isTrue();
    }

    private void obey(Command command) {
        if (command instanceof Command.Grant grant) {
            Worker worker = workers.get(grant.worker());
            assertThat(worker.leaving).as("granted to a worker that leaves").isFalse();
            for (long index = grant.from(); index < grant.to(); index++) {
                assertThat(jobs.get(grant.job()).ended)
                        .as("granted after its end")
                        .doesNotContain(index);
                long at = index;
                assertThat(workers.values())
                        .as("item %s of job %s is granted to one worker at a time", index, grant.job())
                        .noneMatch(other -> !other.stopping.contains(grant.job())
                                && other.items.stream()
                                        .anyMatch(item -> item.job.equals(grant.job()) && item.index == at));
                worker.items.add(new Item(grant.lease(), grant.job(), index));
            }
        } else if (command instanceof Command.Stop stop) {
            workers.get(stop.worker()).stopping.add(stop.job());
        } else if (command instanceof Command.Close close) {
            assertThat(workers.get(close.worker()).items).noneMatch(item -> item.job.equals(close.job()));
        }
    }

    private void finish() {
        ghosts.clear();
        Map<JobId, Job> open = new HashMap<>(jobs);
        for (int round = 0; round < 100_000 && !open.isEmpty(); round++) {
            workers.values().stream()
                    .filter(worker -> worker.leaving && worker.items.isEmpty())
                    .toList()
                    .forEach(worker -> {
                        workers.remove(worker.id);
                        scheduler.lost(worker.id, death(worker.id));
                    });
            if (workers.isEmpty()) {
                join();
            }
            arrive();
            work();
            settle();
            open.values().removeIf(job -> job.state.ended());
        }
    }

    private <T> Optional<T> pick(Iterable<T> from) {
        List<T> all = new ArrayList<>();
        from.forEach(all::add);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private static DeathReport death(WorkerId worker) {
        return new DeathReport(
                "executor", worker, "host", OptionalLong.of(1), OptionalInt.of(7), OptionalInt.empty(), "", List.of());
    }

    private static ItemFailure failure(WorkerId worker, long index) {
        Thrown thrown = new Thrown("X", "no", List.of(), Optional.empty(), List.of());
        return new ItemFailure(index, 1, worker, new Failure.Threw(thrown, Bytes.EMPTY));
    }

    @Test
    void aThousandWorkersShareAMillionItemsInFewLeases() {
        int count = 1000;
        Map<WorkerId, List<Command.Grant>> granted = new HashMap<>();
        for (int i = 0; i < count; i++) {
            WorkerId id = new WorkerId("w" + i);
            granted.put(id, new ArrayList<>());
            scheduler.joined(Scene.worker(id, 16), List.of());
        }
        JobId job = new JobId(1);
        scheduler.submitted(job, Policy.defaults());
        scheduler.inputEnded(job, 1_000_000);
        long leases = 0;
        long ended = 0;
        boolean over = false;
        while (!over) {
            Reaction reaction = scheduler.place();
            for (Command command : reaction.commands()) {
                if (command instanceof Command.Grant grant) {
                    granted.get(grant.worker()).add(grant);
                    leases++;
                }
            }
            for (Fact fact : reaction.facts()) {
                ended += fact instanceof Fact.Completed done ? done.to() - done.from() : 0;
                over |= fact instanceof Fact.Became became && became.state() == JobState.SUCCEEDED;
            }
            granted.forEach((id, leasesOfOne) -> {
                for (Command.Grant grant : List.copyOf(leasesOfOne)) {
                    Range range = new Range(grant.from(), grant.to());
                    scheduler.completed(id, job, grant.lease(), range, range.count() * 20_000_000);
                }
                leasesOfOne.clear();
            });
        }
        assertThat(ended).isEqualTo(1_000_000);
        assertThat(leases).as("leases are larger than an item for each slot").isLessThan(100_000);
    }
}
