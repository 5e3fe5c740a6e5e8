package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import org.junit.jupiter.api.Test;

/** What happens when there is nothing left to hand out: recalls and second attempts. */
class TailTest {
    private final Scene scene = new Scene();

    /** One worker has taken all that there is, and has run none of it. */
    private JobId hoarded(long items) {
        WorkerId first = scene.join("first", 1);
        JobId warm = scene.submit(1000, Policy.defaults());
        while (scene.state(warm) != JobState.SUCCEEDED) {
            scene.complete(first, 1);
        }
        JobId job = scene.submit(items, Policy.defaults());
        return job;
    }

    @Test
    void aWorkerThatRunsDryIsGivenHalfOfWhatAnotherHasNotStarted() {
        JobId job = hoarded(4);
        WorkerId first = new WorkerId("first");
        long there = scene.handed(first, job);
        scene.after(500);
        WorkerId second = scene.join("second", 1);
        while (scene.complete(second, 1).isPresent()) {
            scene.after(1);
        }
        scene.after(100);
        assertThat(there).isGreaterThan(1);
        assertThat(scene.commands(Command.Recall.class)).containsExactly(new Command.Recall(first, job));
        Command.Grant held = scene.grants(first).getFirst();
        scene.scheduler.returned(first, job, held.lease(), new Range(held.to() - 1, held.to()));
        scene.scheduler.recalled(first, job);
        scene.settle();
        assertThat(scene.grants(second)).hasSize(1);
    }

    @Test
    void aRecallIsNotRepeatedBeforeItIsAnswered() {
        JobId job = hoarded(4);
        scene.join("second", 1);
        while (scene.complete(new WorkerId("second"), 1).isPresent()) {
            scene.after(1);
        }
        for (int i = 0; i < 50; i++) {
            scene.after(50);
        }
        assertThat(scene.commands(Command.Recall.class))
                .containsExactly(new Command.Recall(new WorkerId("first"), job));
    }

    @Test
    void whoHasNothingToGiveIsNotAskedAgainAtOnce() {
        JobId job = hoarded(4);
        WorkerId first = new WorkerId("first");
        scene.join("second", 1);
        while (scene.complete(new WorkerId("second"), 1).isPresent()) {
            scene.after(1);
        }
        for (int i = 0; i < 100; i++) {
            scene.after(10);
            scene.scheduler.recalled(first, job);
        }
        assertThat(scene.commands(Command.Recall.class)).hasSizeBetween(2, 6);
    }

    @Test
    void whatIsOverSoonIsNotRecalled() {
        WorkerId one = scene.join("one", 1);
        WorkerId two = scene.join("two", 1);
        JobId job = scene.submit(1000, Policy.defaults());
        while (scene.state(job) != JobState.SUCCEEDED) {
            scene.complete(one, 0);
            scene.complete(two, 0);
        }
        assertThat(scene.commands(Command.Recall.class)).isEmpty();
    }

    private JobId speculative(WorkerId one) {
        JobId job = scene.submit(100, Policy.defaults().withSpeculative(true));
        while (scene.grants(one).size() != 1 || scene.grants(one).getFirst().to() != 100) {
            scene.complete(one, 10);
        }
        return job;
    }

    @Test
    void anItemThatTakesFarTooLongIsStartedElsewhereAndTheFirstResultWins() {
        WorkerId one = scene.join("one", 1);
        JobId job = speculative(one);
        Command.Grant last = scene.grants(one).getFirst();
        scene.running(one, 90);
        WorkerId two = scene.join("two", 1);
        assertThat(scene.grants(two)).isEmpty();
        scene.after(200);
        Command.Grant second = scene.grants(two).getFirst();
        assertThat(second.from()).isEqualTo(last.from());
        scene.complete(two, 10);
        assertThat(scene.commands(Command.StopItem.class))
                .containsExactly(new Command.StopItem(one, job, last.lease(), last.from()));
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aSecondAttemptThatDiesLeavesTheFirstAlone() {
        WorkerId one = scene.join("one", 1);
        JobId job = speculative(one);
        scene.running(one, 1000);
        WorkerId two = scene.join("two", 1);
        assertThat(scene.grants(two)).hasSize(1);
        scene.lose(two);
        assertThat(scene.scheduler.overview().running(job)).isEqualTo(1);
        scene.complete(one, 10);
        assertThat(scene.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void nothingIsStartedTwiceUnlessAskedFor() {
        WorkerId one = scene.join("one", 1);
        JobId job = scene.submit(100, Policy.defaults());
        while (scene.grants(one).size() != 1 || scene.grants(one).getFirst().to() != 100) {
            scene.complete(one, 10);
        }
        scene.running(one, 100_000);
        WorkerId two = scene.join("two", 1);
        scene.after(100_000);
        assertThat(scene.handed(two, job)).isZero();
    }
}
