package io.sheaf.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.Workload;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Policy;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Jobs that wait: many lanes in one process, beside the slots of those that compute. */
class LanesTest {
    private static final Policy WAITING = Policy.defaults().withWorkload(Workload.IO);

    private static Optional<Execution.Running> item(long job, long index) {
        return Optional.of(new Execution.Running(new JobId(job), index));
    }

    private static Shell waiting(int slots, int lanes, int items) {
        Shell shell = new Shell(slots, lanes);
        shell.open(1, "a", WAITING);
        shell.grant(1, 0, items);
        return shell;
    }

    @Test
    void whatWaitsSharesOneProcessAndTakesNoSlot() {
        Shell shell = waiting(1, 4, 8);
        assertThat(shell.started).hasSize(4);
        assertThat(new HashSet<>(shell.hosts.values())).as("processes").hasSize(1);
        shell.allReady(4);
        shell.open(2, "a");
        shell.grant(2, 0, 2);
        assertThat(shell.started).as("one more for what computes, and no more").hasSize(5);
        assertThat(shell.hosts.get(5L)).isEqualTo(5);
        shell.ready(5);
        for (long lane = 1; lane <= 4; lane++) {
            assertThat(shell.batchesOf(lane))
                    .isNotEmpty()
                    .allMatch(batch -> batch.job().equals(new JobId(1)));
        }
        assertThat(shell.batchesOf(5))
                .isNotEmpty()
                .allMatch(batch -> batch.job().equals(new JobId(2)));
    }

    @Test
    void whatComputesFindsItsSlotThoughAllLanesAreTaken() {
        Shell shell = waiting(1, 2, 100);
        shell.allReady(2);
        shell.open(2, "b");
        shell.grant(2, 0, 1);
        assertThat(shell.started).hasSize(3);
    }

    @Test
    void aDeathOfTheProcessIsHeldAgainstAllThatRanInItAndNothingElse() {
        Shell shell = waiting(1, 3, 6);
        shell.allReady(3);
        long inFirst = shell.batchesOf(1).get(0).items().from();
        long inSecond = shell.batchesOf(2).get(0).items().from();
        shell.execution.died(1, true, false, item(1, inFirst), Shell.death());
        shell.execution.died(2, true, false, item(1, inSecond), Shell.death());
        shell.execution.died(3, true, false, Optional.empty(), Shell.death());
        shell.decide();
        assertThat(shell.reports(FromWorker.Died.class))
                .extracting(FromWorker.Died::index)
                .containsExactlyInAnyOrder(inFirst, inSecond);
        assertThat(shell.reports(FromWorker.CannotRun.class)).isEmpty();
        assertThat(shell.started)
                .as("the others are run again, in a new process")
                .hasSizeGreaterThan(3);
        assertThat(shell.hosts.get(4L)).isEqualTo(4);
    }

    @Test
    void aSuspectRunsInAProcessOfItsOwn() {
        Shell shell = waiting(1, 3, 1);
        shell.allReady(1);
        shell.grantAlone(1, 50);
        assertThat(shell.started).hasSize(2);
        assertThat(shell.hosts.get(2L)).isEqualTo(2);
        shell.ready(2);
        assertThat(shell.batchesOf(2))
                .singleElement()
                .satisfies(batch -> assertThat(batch.items().from()).isEqualTo(50));
        shell.grant(1, 2, 4);
        assertThat(shell.batchesOf(2)).as("nothing else comes to it").hasSize(1);
        shell.die(2, true, item(1, 50));
        assertThat(shell.reports(FromWorker.Died.class))
                .extracting(FromWorker.Died::index)
                .containsExactly(50L);
    }

    @Test
    void neighboursOfWhatMustBeKilledAreRunAgainAndNotCounted() {
        Shell shell = new Shell(1, 2);
        shell.open(1, "a", WAITING);
        shell.open(2, "a", WAITING);
        shell.grant(1, 0, 1);
        shell.grant(2, 0, 1);
        shell.allReady(2);
        shell.execution.stop(new JobId(1));
        shell.decide();
        shell.pass(Shell.GRACE);
        assertThat(shell.killed).as("once for the process").hasSize(1);
        shell.execution.died(1, true, false, item(1, 0), Shell.death());
        shell.execution.died(2, true, false, item(2, 0), Shell.death());
        shell.decide();
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
        assertThat(shell.reports(FromWorker.JobStopped.class)).hasSize(1);
        assertThat(shell.started).hasSize(3);
        shell.ready(3);
        assertThat(shell.batchesOf(3)).extracting(ToExecutor.Batch::job).containsExactly(new JobId(2));
    }

    @Test
    void whatEndsWithAProcessThatHasSaidSoIsNotCounted() {
        Shell shell = waiting(1, 2, 2);
        shell.allReady(2);
        shell.execution.died(1, true, true, item(1, 0), Shell.death());
        shell.execution.died(2, true, true, item(1, 1), Shell.death());
        shell.decide();
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
        assertThat(shell.started).as("they are run again").hasSize(4);
    }

    @Test
    void aProcessThatManyWereToShareComesToNothingOnce() {
        Shell shell = waiting(1, 5, 5);
        for (long executor : List.copyOf(shell.started)) {
            shell.execution.died(executor, false, false, Optional.empty(), Shell.death());
        }
        shell.decide();
        assertThat(shell.reports(FromWorker.CannotRun.class))
                .as("one process is not three")
                .isEmpty();
    }

    @Test
    void aSharedProcessIsReplacedAfterAsManyItemsAsTheJobAllows() {
        Shell shell = new Shell(1, 2);
        shell.open(1, "a", WAITING.withItemsPerProcess(2));
        shell.grant(1, 0, 4);
        shell.allReady(2);
        shell.finish(1, 1, 0, 1, Shell.MILLI);
        shell.finish(1, 1, 1, 2, Shell.MILLI);
        assertThat(shell.tells(1, ToExecutor.End.class)).hasSize(1);
        assertThat(shell.tells(2, ToExecutor.End.class)).hasSize(1);
        shell.endAsTold(1);
        shell.endAsTold(2);
        assertThat(shell.started).hasSize(4);
        assertThat(shell.hosts.get(3L)).isEqualTo(3);
        assertThat(shell.hosts.get(4L)).isEqualTo(3);
    }
}
