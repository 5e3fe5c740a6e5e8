package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.WorkerId;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What becomes of items that go wrong, and of jobs that have many. */
class TroublesTest {
    private final Scene scene = new Scene();

    private static Policy attempts(int retries, long backoffMillis, long maxFails) {
        return Policy.defaults().withAttempts(new Policy.Attempts(retries, backoffMillis, 0, maxFails));
    }

    @Test
    void anItemThatThrowsIsRunAgainAfterItsBackoffWhichDoubles() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1, attempts(2, 100, Policy.ANY));
        scene.failFirst(worker);
        assertThat(scene.reasons(job)).contains("1@: They threw and wait to be tried again");
        assertThat(scene.scheduler.nextDeadline()).isPresent();
        scene.after(99);
        assertThat(scene.grants(worker)).isEmpty();
        scene.after(1);
        assertThat(scene.grants(worker)).hasSize(1);
        scene.failFirst(worker);
        scene.after(199);
        assertThat(scene.grants(worker)).isEmpty();
        scene.after(1);
        scene.complete(worker, 1);
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
        assertThat(scene.facts(Fact.Retried.class)).hasSize(2);
    }

    @Test
    void anItemThatThrowsOnceTooOftenFailsWithAllItsAttempts() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1, attempts(1, 10, Policy.ANY));
        scene.failFirst(worker);
        scene.after(10);
        scene.failFirst(worker);
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.failure().attempts()).isEqualTo(2));
    }

    @Test
    void aLeaseSaysOfWhichItemsItIsNotTheFirstAttempt() {
        WorkerId worker = scene.join("w", 1);
        scene.submit(1, attempts(2, 10, Policy.ANY));
        assertThat(scene.grants(worker).getFirst().repeated()).isEmpty();
        scene.failFirst(worker);
        scene.after(10);
        assertThat(scene.grants(worker).getFirst().repeated()).containsExactly(new Repeated(0, 1, 2));
        scene.dieFirst(worker);
        assertThat(scene.grants(worker).getFirst().repeated()).containsExactly(new Repeated(0, 1, 3));
        scene.lose(worker);
        WorkerId other = scene.join("other", 1);
        assertThat(scene.grants(other).getFirst().repeated())
                .as("a lost worker is held against nobody")
                .containsExactly(new Repeated(0, 1, 3));
    }

    @Test
    void aFailureSaysForHowLongTheLastAttemptRan() {
        WorkerId worker = scene.join("w", 1);
        scene.submit(1, attempts(0, 0, Policy.ANY));
        scene.failFirst(worker);
        scene.submit(1, attempts(0, 0, Policy.ANY));
        for (int i = 0; i < Attempts.DEATHS; i++) {
            scene.dieFirst(worker);
        }
        assertThat(scene.facts(Fact.Failed.class))
                .extracting(failed -> failed.failure().nanos())
                .containsExactly(Scene.THREW_AFTER_NANOS, Scene.DIED_AFTER_NANOS);
    }

    @Test
    void aFailureThatIsSaidTwiceCostsOneRetry() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1, attempts(1, 10, Policy.ANY));
        Command.Grant grant = scene.grants(worker).getFirst();
        scene.failFirst(worker);
        scene.grants(worker).add(grant);
        scene.failFirst(worker);
        scene.after(10);
        scene.complete(worker, 1);
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void afterAPoisonedItemTheNextOneGetsItsPlace() {
        WorkerId worker = scene.join("w", 1);
        Policy one = Policy.defaults().withShare(new Policy.Share(0, 1, 1, java.util.List.of()));
        JobId job = scene.submit(2, one);
        for (int i = 0; i < 3; i++) {
            scene.dieFirst(worker);
        }
        scene.complete(worker, 1);
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.Completed.class)).hasSize(1);
    }

    @Test
    void onlyWhatThrewIsRetried() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(1, attempts(5, 10, Policy.ANY));
        Command.Grant grant = scene.grants(worker).getFirst();
        scene.scheduler.failed(worker, job, grant.lease(), new ItemFailure(0, 1, worker, new Failure.TimedOut(1000)));
        scene.settle();
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
    }

    @Test
    void theDeathOfAWorkerSpendsNoRetryAndNoDeath() {
        JobId job = scene.submit(1, attempts(0, 0, Policy.ANY));
        for (int i = 0; i < 10; i++) {
            WorkerId worker = scene.join("w" + i, 1);
            assertThat(scene.grants(worker)).as("attempt %d", i).hasSize(1);
            scene.lose(worker);
        }
        WorkerId last = scene.join("last", 1);
        scene.complete(last, 1);
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
        assertThat(scene.facts(Fact.Died.class)).isEmpty();
    }

    @Test
    void whatEndedAProcessRunsAloneAndIsPoisonAfterThreeDeaths() {
        WorkerId worker = scene.join("w", 4);
        JobId job = scene.submit(8, attempts(0, 0, Policy.ANY));
        scene.dieFirst(worker);
        while (scene.facts(Fact.Failed.class).isEmpty()) {
            Command.Grant grant = scene.grants(worker).getFirst();
            if (grant.from() == 0) {
                assertThat(grant.to()).as("it runs alone").isEqualTo(1);
                scene.dieFirst(worker);
            } else {
                scene.complete(worker, 1);
            }
        }
        ItemFailure failure = scene.facts(Fact.Failed.class).get(0).failure();
        assertThat(failure.attempts()).isEqualTo(3);
        assertThat(((Failure.Lost) failure.failure()).deaths()).hasSize(3);
        while (scene.complete(worker, 1).isPresent()) {
            assertThat(scene.facts(Fact.Failed.class)).hasSize(1);
        }
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.Completed.class).stream()
                        .mapToLong(done -> done.to() - done.from())
                        .sum())
                .isEqualTo(7);
    }

    @Test
    void anItemThatIsThereWhenThreeWorkersAreLostIsASuspectAndOnlyThenToBlame() {
        JobId job = scene.submit(1, attempts(0, 0, Policy.ANY));
        for (int i = 0; i < 6; i++) {
            assertThat(scene.state(job)).isNotEqualTo(JobState.FAILED);
            WorkerId worker = scene.join("w" + i, 1);
            scene.running(worker, 1000);
            scene.lose(worker);
        }
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.WasThere.class)).hasSize(6);
    }

    @Test
    void anInnocentThatWasThereWithASuspectIsCleared() {
        JobId job = scene.submit(2, attempts(0, 0, Policy.ANY));
        for (int i = 0; i < 3; i++) {
            WorkerId worker = scene.join("w" + i, 2);
            scene.scheduler.runs(
                    worker,
                    scene.grants(worker).stream()
                            .flatMap(grant -> java.util.stream.LongStream.range(grant.from(), grant.to())
                                    .mapToObj(index -> new io.sheaf.protocol.job.RunningItem(
                                            job, grant.lease(), index, 1, OptionalInt.empty(), false)))
                            .toList());
            scene.lose(worker);
        }
        WorkerId worker = scene.join("w", 2);
        assertThat(scene.handed(worker, job)).as("one suspect at a time").isEqualTo(1);
        scene.complete(worker, 1);
        assertThat(scene.handed(worker, job)).isEqualTo(2);
        scene.complete(worker, 1);
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aWorkerThatLeavesIsNoDeath() {
        JobId job = scene.submit(1, attempts(0, 0, Policy.ANY));
        for (int i = 0; i < 10; i++) {
            WorkerId worker = scene.join("w" + i, 1);
            scene.running(worker, 1000);
            scene.scheduler.leaving(worker);
            scene.lose(worker);
        }
        assertThat(scene.facts(Fact.WasThere.class)).isEmpty();
        assertThat(scene.state(job)).isEqualTo(JobState.RUNNING);
    }

    @Test
    void afterMoreFailuresThanAllowedTheRestIsCancelledAndTheJobHasFailed() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(100, attempts(0, 0, 2));
        scene.failFirst(worker);
        scene.failFirst(worker);
        assertThat(scene.state(job)).isEqualTo(JobState.RUNNING);
        scene.failFirst(worker);
        boolean runs = !scene.grants(worker).isEmpty();
        assertThat(scene.state(job)).isEqualTo(runs ? JobState.CANCELLING : JobState.FAILED);
        scene.scheduler.stopped(worker, job);
        scene.settle();
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.GivenUp.class))
                .singleElement()
                .satisfies(fact -> assertThat(fact.reason()).contains("More than 2 items failed"));
    }

    @Test
    void aWorkerThatCannotRunTheJobIsPassedOver() {
        WorkerId one = scene.join("one", 1);
        WorkerId two = scene.join("two", 1);
        JobId job = scene.submit(4, Policy.defaults());
        scene.grants(one).clear();
        scene.scheduler.cannotRun(one, job, "It has no memory.");
        scene.settle();
        assertThat(scene.reasons(job)).contains("@one: It cannot run the job: It has no memory.");
        while (scene.complete(two, 1).isPresent()) {
            assertThat(scene.grants(one)).isEmpty();
        }
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void whatNobodyCanRunHasFailed() {
        WorkerId one = scene.join("one", 1);
        WorkerId two = scene.join("two", 1);
        JobId job = scene.submit(4, Policy.defaults());
        scene.scheduler.cannotRun(one, job, "It has no memory.");
        scene.scheduler.cannotRun(two, job, "It has no memory either.");
        scene.settle();
        assertThat(scene.state(job)).isEqualTo(JobState.FAILED);
        assertThat(scene.facts(Fact.GivenUp.class).get(0).reason()).contains("memory either");
    }

    @Test
    void oneItemCanBeCancelledWhereverItIs() {
        WorkerId worker = scene.join("w", 1);
        JobId job = scene.submit(10, Policy.defaults());
        Command.Grant running = scene.grants(worker).getFirst();
        scene.scheduler.itemCancelled(job, running.from());
        scene.scheduler.itemCancelled(job, 9);
        scene.scheduler.itemCancelled(job, 9);
        scene.settle();
        assertThat(scene.commands(Command.StopItem.class))
                .containsExactly(new Command.StopItem(worker, job, running.lease(), running.from()));
        scene.scheduler.returned(worker, job, running.lease(), new Range(running.from(), running.from() + 1));
        while (scene.complete(worker, 1).isPresent()) {
            assertThat(scene.facts(Fact.Failed.class)).hasSize(2);
        }
        assertThat(scene.state(job).ended()).isTrue();
        assertThat(scene.facts(Fact.Completed.class).stream()
                        .mapToLong(done -> done.to() - done.from())
                        .sum())
                .isEqualTo(8);
    }
}
