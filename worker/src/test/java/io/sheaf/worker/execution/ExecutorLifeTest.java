package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.GRACE;
import static io.sheaf.worker.execution.Shell.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExecutorLifeTest {
    private static final JobId ONE = new JobId(1);

    @Test
    void anExecutorRunsNoMoreItemsOfAJobThanItMayAndLosesNone() {
        Shell shell = new Shell(1);
        shell.open(1, "a", Policy.defaults().withItemsPerProcess(5));
        shell.grant(1, 0, 12);
        long done = 0;
        for (long executor = 1; executor <= 3; executor++) {
            assertThat(shell.started).hasSize((int) executor);
            shell.ready(executor);
            done += runAll(shell, executor);
            assertThat(done).isEqualTo(Math.min(12, 5 * executor));
            if (done < 12) {
                assertThat(shell.tells(executor, ToExecutor.End.class)).hasSize(1);
                shell.endAsTold(executor);
            }
        }
        assertThat(shell.reports(FromWorker.Completed.class).stream()
                        .mapToLong(report -> report.results().count())
                        .sum())
                .isEqualTo(12);
    }

    @Test
    void whatIsTakenBackDoesNotCountForTheLifeOfAnExecutor() {
        Shell shell = new Shell(1);
        shell.open(1, "a", Policy.defaults().withItemsPerProcess(3));
        shell.grant(1, 0, 2);
        shell.ready(1);
        shell.execution.recall(ONE);
        shell.decide();
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), 1);
        shell.allGivenBack(1, prefetched.number());
        shell.grant(1, 10, 12);
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.batchesOf(1)).hasSize(4);
    }

    @Test
    void anExecutorThatEndsByItselfIsReplacedAndNobodyIsBlamed() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 5);
        shell.ready(1);
        shell.fail(1, 1, 0);
        shell.giveBack(1, shell.batchesOf(1).get(1).number(), 1);
        shell.hear(1, new FromExecutor.Ending("memory ran out"));
        shell.endAsTold(1);
        assertThat(shell.started).hasSize(2);
        assertThat(shell.reports).hasSize(1);
        shell.ready(2);
        assertThat(shell.batchesOf(2)).isNotEmpty();
    }

    @Test
    void anExecutorThatSaysThatItEndsAndDoesNotIsKilled() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 5);
        shell.ready(1);
        shell.hear(1, new FromExecutor.Ending("memory ran out"));
        shell.pass(GRACE);
        assertThat(shell.killed).containsExactly(1L);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
    }

    @Test
    void aJobWhoseInitializerFailsIsGivenUpAfterThreeTriesWithPauses() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.open(2, "a");
        shell.grant(1, 0, 5);
        for (long executor = 1; executor <= 3; executor++) {
            assertThat(shell.started).hasSize((int) executor);
            assertThat(shell.reports).isEmpty();
            shell.ready(executor);
            initializerFails(shell, executor);
            shell.endAsTold(executor);
            assertThat(shell.started).as("not at once").hasSize((int) executor);
            shell.pass(Bundles.FIRST_PAUSE_NANOS << (executor - 1));
        }
        assertThat(shell.reports).hasSize(1);
        FromWorker.CannotRun cannot = shell.reports(FromWorker.CannotRun.class).get(0);
        assertThat(cannot.job()).isEqualTo(ONE);
        assertThat(cannot.reason()).contains("java.lang.X: no licence").contains("at a.B.c(B.java:7)");
        shell.pass(60 * Shell.SECOND);
        assertThat(shell.started).as("no storm").hasSize(3);
        shell.grant(2, 0, 1);
        assertThat(shell.started).as("the other job is not concerned").hasSize(4);
    }

    @Test
    void anInitializerThatEndsItsProcessCostsNoItemAndNoOtherJob() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.open(2, "a");
        shell.grant(1, 0, 5);
        for (long executor = 1; executor <= 3; executor++) {
            shell.ready(executor);
            shell.die(executor, true, Optional.of(new Execution.Running(ONE, -1)));
            shell.pass(Shell.SECOND);
        }
        assertThat(shell.reports).hasSize(1);
        FromWorker.CannotRun cannot = shell.reports(FromWorker.CannotRun.class).get(0);
        assertThat(cannot.job()).isEqualTo(ONE);
        assertThat(cannot.reason()).contains("died in the initializer").contains("exited with code 3");
        assertThat(shell.started).hasSize(3);
    }

    @Test
    void aJobThatCannotRunIsReportedOnlyOnceNothingOfItRuns() {
        Shell shell = new Shell(2);
        shell.open(1, "a");
        shell.grant(1, 0, 20);
        shell.allReady(2);
        shell.finish(1, 1, 0, 1, MILLI);
        for (long executor : List.of(2L, 3L, 4L)) {
            initializerFails(shell, executor);
            shell.endAsTold(executor);
            shell.pass(Shell.SECOND);
            if (executor < 4) {
                shell.ready(executor + 1);
            }
        }
        assertThat(shell.tells(1, ToExecutor.Interrupt.class)).hasSize(1);
        assertThat(shell.reports(FromWorker.CannotRun.class)).isEmpty();
        shell.grant(1, 100, 110);
        shell.pass(GRACE);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 1)));
        assertThat(shell.reports(FromWorker.CannotRun.class)).hasSize(1);
        assertThat(shell.reports(FromWorker.Returned.class))
                .as("what came meanwhile is covered by it")
                .isEmpty();
    }

    @Test
    void executorsThatDoNotComeUpAreTriedAgainWithPausesThatDouble() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 5);
        shell.die(1, false, Optional.empty());
        assertThat(shell.started).hasSize(1);
        assertThat(shell.execution.nextDeadline()).hasValue(shell.now + 200 * MILLI);
        shell.pass(200 * MILLI);
        assertThat(shell.started).hasSize(2);
        shell.die(2, false, Optional.empty());
        shell.pass(399 * MILLI);
        assertThat(shell.started).hasSize(2);
        shell.pass(MILLI);
        assertThat(shell.started).hasSize(3);
    }

    private static long runAll(Shell shell, long executor) {
        long items = 0;
        for (int i = 0; i < shell.batchesOf(executor).size(); i++) {
            ToExecutor.Batch batch = shell.batchesOf(executor).get(i);
            items += batch.items().count();
            shell.finish(executor, 1, batch.items().from(), batch.items().to(), MILLI);
        }
        return items;
    }

    private static void initializerFails(Shell shell, long executor) {
        for (ToExecutor.Batch batch : shell.batchesOf(executor)) {
            shell.giveBack(executor, batch.number(), batch.items().from());
        }
        Thrown.Frame frame = new Thrown.Frame("a.B", "c", "B.java", 7);
        Thrown thrown = new Thrown("java.lang.X", "no licence", List.of(frame), Optional.empty(), List.of());
        shell.hear(executor, new FromExecutor.NotInitialized(ONE, new Failure.Threw(thrown, Bytes.EMPTY)));
    }
}
