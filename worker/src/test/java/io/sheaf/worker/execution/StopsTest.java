package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.GRACE;
import static io.sheaf.worker.execution.Shell.MILLI;
import static io.sheaf.worker.execution.Shell.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.RunningItem;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StopsTest {
    private static final JobId ONE = new JobId(1);
    private static final LeaseId LEASE = new LeaseId(1, 1);
    private static final Policy ONE_SECOND =
            Policy.defaults().withAttempts(new Policy.Attempts(0, 0, 1000, Policy.ANY));

    @Test
    void anUnwantedItemThatWaitsIsReturnedAtOnce() {
        Shell shell = running(Policy.defaults());
        stopItem(shell, 5);
        assertThat(shell.reports).containsExactly(new FromWorker.Returned(ONE, LEASE, 5, 6));
        for (long index : List.of(0, 1, 2, 3, 4, 6, 7)) {
            shell.finish(1, 1, index, index + 1, 20 * MILLI);
        }
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(7);
    }

    @Test
    void anUnwantedItemThatRunsIsInterruptedAloneAndReturnedOnceItHasEnded() {
        Shell shell = running(Policy.defaults());
        stopItem(shell, 0);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class))
                .containsExactly(new ToExecutor.InterruptItem(ONE, 0));
        assertThat(shell.reports).isEmpty();
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), 1);
        shell.allGivenBack(1, 1);
        assertThat(shell.batchesOf(1)).as("nothing new before it is clear").hasSize(2);
        shell.fail(1, 1, 0);
        assertThat(shell.reports).containsExactly(new FromWorker.Returned(ONE, LEASE, 0, 1));
        assertThat(shell.batchesOf(1).size()).isGreaterThan(2);
        shell.pass(GRACE);
        assertThat(shell.killed).isEmpty();
    }

    @Test
    void anUnwantedItemThatEndsAllTheSameIsReturnedAndItsNeighboursCount() {
        Shell shell = running(Policy.defaults());
        stopItem(shell, 0);
        shell.finish(1, 1, 0, 2, MILLI);
        assertThat(shell.reports(FromWorker.Returned.class)).containsExactly(new FromWorker.Returned(ONE, LEASE, 0, 1));
        FromWorker.Completed done = shell.reports(FromWorker.Completed.class).get(0);
        assertThat(done.results().from()).isEqualTo(1);
    }

    @Test
    void anUnwantedItemThatIgnoresTheInterruptIsKilledAndItsNeighboursAreUncounted() {
        Shell shell = running(Policy.defaults());
        stopItem(shell, 0);
        shell.pass(GRACE);
        assertThat(shell.killed).containsExactly(1L);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
        assertThat(shell.reports(FromWorker.Returned.class)).containsExactly(new FromWorker.Returned(ONE, LEASE, 0, 1));
        assertThat(held(shell)).isEqualTo(7);
        assertThat(shell.started).as("a fresh executor").hasSize(2);
    }

    @Test
    void nothingIsSaidOfAnUnwantedItemThatHasEnded() {
        Shell shell = running(Policy.defaults());
        shell.finish(1, 1, 0, 1, MILLI);
        shell.reports.clear();
        stopItem(shell, 0);
        stopItem(shell, 77);
        assertThat(shell.reports).isEmpty();
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).isEmpty();
    }

    @Test
    void anUnwantedItemThatAnExecutorHasNotStartedDoesNotRun() {
        Shell shell = running(Policy.defaults());
        stopItem(shell, 1);
        shell.giveBack(1, shell.batchesOf(1).get(1).number(), 1);
        assertThat(shell.reports).containsExactly(new FromWorker.Returned(ONE, LEASE, 1, 2));
        shell.finish(1, 1, 0, 1, 20 * MILLI);
        assertThat(shell.batchesOf(1))
                .noneMatch(batch -> batch.number() > 2 && batch.items().from() == 1);
    }

    @Test
    void anItemThatRunsTooLongIsInterruptedAndFails() {
        Shell shell = running(ONE_SECOND);
        shell.stillRunning(1, 1, 0, 20 * MILLI);
        shell.pass(979 * MILLI);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).isEmpty();
        assertThat(shell.execution.nextDeadline().orElseThrow()).isLessThanOrEqualTo(shell.now + MILLI);
        shell.pass(MILLI);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).hasSize(1);
        shell.fail(1, 1, 0);
        assertTimedOut(shell, 0);
        shell.pass(GRACE);
        assertThat(shell.killed).isEmpty();
    }

    @Test
    void anItemThatReturnsAfterItsTimeHasFailedAllTheSame() {
        Shell shell = late();
        shell.finish(1, 1, 0, 1, 1100 * MILLI);
        assertTimedOut(shell, 0);
    }

    @Test
    void anItemWhoseEndWasOnlyToldLateCounts() {
        Shell shell = late();
        shell.finish(1, 1, 0, 1, 999 * MILLI);
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(1);
        assertThat(shell.reports(FromWorker.Failed.class)).isEmpty();
    }

    @Test
    void anItemThatMustBeKilledForItsTimeFailsAndItsNeighboursWaitAgain() {
        Shell shell = late();
        shell.pass(GRACE);
        assertThat(shell.killed).containsExactly(1L);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertTimedOut(shell, 0);
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
        assertThat(held(shell)).isEqualTo(7);
    }

    @Test
    void whatIsDoneOnceForTheJobDoesNotCount() {
        Shell shell = running(ONE_SECOND);
        shell.pass(60 * SECOND);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).isEmpty();
    }

    @Test
    void anExecutorThatHasFallenSilentDoesNotKeepItsItemForEver() {
        Shell shell = running(ONE_SECOND);
        shell.finish(1, 1, 0, 1, 20 * MILLI);
        shell.pass(SECOND);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).isEmpty();
        shell.pass(Stops.UNSURE_NANOS);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).hasSize(1);
    }

    @Test
    void whatRunsIsToldTwiceASecond() {
        Shell shell = running(Policy.defaults());
        shell.stillRunning(1, 1, 0, 100 * MILLI);
        shell.pass(500 * MILLI);
        assertThat(shell.reports)
                .containsExactly(new FromWorker.Running(
                        List.of(new RunningItem(ONE, LEASE, 0, 600, OptionalInt.empty(), false))));
        assertThat(shell.execution.nextDeadline()).hasValue(shell.now + 500 * MILLI);
        shell.execution.stop(ONE);
        shell.reports.clear();
        shell.pass(GRACE / 2);
        assertThat(shell.reports).as("what is stopped does not run").isEmpty();
    }

    @Test
    void whatAnItemSaysOfItsProgressIsToldAsLongAsItRuns() {
        Shell shell = running(Policy.defaults());
        shell.stillRunning(1, 1, 0, 100 * MILLI);
        shell.hear(1, new FromExecutor.Progressed(ONE, 0, 425));
        shell.hear(1, new FromExecutor.Progressed(ONE, 1, 999));
        shell.pass(500 * MILLI);
        assertThat(shell.reports)
                .as("what is said of an item that does not run counts for nothing")
                .containsExactly(new FromWorker.Running(
                        List.of(new RunningItem(ONE, LEASE, 0, 600, OptionalInt.of(425), false))));
        shell.finish(1, 1, 0, 1, 20 * MILLI);
        shell.reports.clear();
        shell.pass(500 * MILLI);
        assertThat(shell.reports(FromWorker.Running.class).get(0).items().get(0).permille())
                .isEmpty();
    }

    @Test
    void anItemThatRanTooLongAndOneWhoseProcessDiedSayForHowLongTheyRan() {
        Shell shell = late();
        shell.pass(SECOND / 2);
        shell.execution.timePassed(shell.now);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports(FromWorker.Failed.class).get(0).failure().nanos())
                .isEqualTo(SECOND + SECOND / 2);

        Shell other = running(Policy.defaults());
        other.stillRunning(1, 1, 0, 100 * MILLI);
        other.now += 200 * MILLI;
        other.execution.timePassed(other.now);
        other.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(other.reports(FromWorker.Died.class).get(0).nanos()).isEqualTo(300 * MILLI);
    }

    private static Shell late() {
        Shell shell = running(ONE_SECOND);
        shell.stillRunning(1, 1, 0, 0);
        shell.pass(SECOND);
        assertThat(shell.tells(1, ToExecutor.InterruptItem.class)).hasSize(1);
        return shell;
    }

    /** One slot that runs item 0 of 8 and has the next. */
    private static Shell running(Policy policy) {
        Shell shell = new Shell(1);
        shell.open(1, "a", policy);
        shell.grant(1, 0, 8);
        shell.ready(1);
        return shell;
    }

    private static void stopItem(Shell shell, long index) {
        shell.execution.stopItem(ONE, LEASE, index);
        shell.decide();
    }

    private static void assertTimedOut(Shell shell, long index) {
        FromWorker.Failed failed = shell.reports(FromWorker.Failed.class).get(0);
        assertThat(failed.failure().index()).isEqualTo(index);
        assertThat(failed.failure().failure()).isEqualTo(new Failure.TimedOut(1000));
        assertThat(shell.reports(FromWorker.Completed.class)).isEmpty();
    }

    private static long held(Shell shell) {
        return shell.execution.held().stream()
                .mapToLong(held -> held.to() - held.from())
                .sum();
    }
}
