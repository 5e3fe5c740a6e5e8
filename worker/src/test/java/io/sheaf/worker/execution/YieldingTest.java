package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.JobId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class YieldingTest {
    /** One slot, whose item 0 of job 1 waits, while item 1 waits for its turn. */
    private static Shell waiting() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 2);
        shell.allReady(1);
        shell.waits(1, 1, 0);
        takenBack(shell, 1);
        return shell;
    }

    /** Whatever it was asked for, it has not started. */
    private static void takenBack(Shell shell, long executor) {
        List<ToExecutor.Batch> batches = shell.batchesOf(executor);
        for (ToExecutor.TakeBack asked : shell.tells(executor, ToExecutor.TakeBack.class)) {
            batches.stream()
                    .filter(batch -> batch.number() > asked.number())
                    .forEach(batch -> shell.giveBack(
                            executor, batch.number(), batch.items().from()));
            shell.allGivenBack(executor, asked.number());
        }
    }

    private static List<JobId> jobsOf(Shell shell, long executor) {
        return shell.batchesOf(executor).stream().map(ToExecutor.Batch::job).toList();
    }

    @Test
    void theSlotOfATaskThatWaitsGoesToItsChildrenAndToNobodyElse() {
        Shell shell = waiting();
        shell.open(7, "a");
        shell.grant(7, 0, 5);
        shell.pass(Shell.SECOND);
        assertThat(shell.started).as("none for what is not nested").hasSize(1);
        shell.openNested(2, "a", 1);
        shell.grant(2, 0, 2);
        assertThat(shell.started).containsExactly(1L, 2L);
        shell.ready(2);
        shell.finish(2, 2, 0, 1, 20 * MILLI);
        shell.finish(2, 2, 1, 2, 20 * MILLI);
        assertThat(jobsOf(shell, 2)).containsOnly(new JobId(2));
    }

    @Test
    void onceTheTaskGoesOnNothingElseBeginsBeforeThereIsASlot() {
        Shell shell = waiting();
        shell.openNested(2, "a", 1);
        shell.grant(2, 0, 1);
        shell.ready(2);
        shell.finish(2, 2, 0, 1, 20 * MILLI);
        shell.goesOn(1, 1, 0);
        shell.grant(2, 1, 3);
        shell.pass(Shell.SECOND);
        assertThat(jobsOf(shell, 2)).hasSize(1);
        shell.finish(1, 1, 0, 1, 20 * MILLI);
        int running = jobsOf(shell, 1).size() + jobsOf(shell, 2).size();
        assertThat(running).as("the next, and perhaps one that waits behind it").isBetween(4, 6);
        assertThat(shell.started).as("the executors that are there suffice").hasSize(2);
    }

    @Test
    void whatWasHandedOutBehindATaskThatWaitsIsTakenBack() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 8);
        shell.allReady(1);
        assertThat(shell.batchesOf(1)).as("one waits behind the first").hasSize(2);
        shell.waits(1, 1, 0);
        assertThat(shell.tells(1, ToExecutor.TakeBack.class)).hasSize(1);
        takenBack(shell, 1);
        shell.pass(Shell.SECOND);
        assertThat(shell.batchesOf(1)).as("nothing waits behind it").hasSize(2);
    }

    @Test
    void aRecursionHasOneProcessForEachOfItsLevels() {
        Shell shell = new Shell(1);
        for (int depth = 0; depth < 10; depth++) {
            shell.openNested(depth + 1, "a", depth);
            shell.grant(depth + 1, 0, 3);
            assertThat(shell.started).hasSize(depth + 1);
            shell.ready(depth + 1);
            assertThat(jobsOf(shell, depth + 1)).contains(new JobId(depth + 1));
            shell.waits(depth + 1, depth + 1, 0);
            takenBack(shell, depth + 1);
        }
    }

    @Test
    void beyondTheMostThereAreNoFurtherProcesses() {
        Shell shell = new Shell(1);
        for (int depth = 0; depth < 70; depth++) {
            shell.openNested(depth + 1, "a", depth);
            shell.grant(depth + 1, 0, 1);
            if (shell.started.size() > depth) {
                shell.ready(depth + 1);
                shell.waits(depth + 1, depth + 1, 0);
            }
        }
        assertThat(shell.started).hasSize(65);
    }

    @Test
    void whenManyWaitTheDeepestGoesOnAlone() {
        Shell shell = new Shell(8);
        long executors = 0;
        for (int depth = 0; depth < 4; depth++) {
            shell.openNested(depth + 1, "a", depth);
            shell.grant(depth + 1, 0, 8);
            for (long item = 0; item < 8; item++) {
                shell.ready(++executors);
            }
            for (long executor = executors - 7; executor <= executors; executor++) {
                long item = shell.batchesOf(executor).get(0).items().from();
                shell.waits(executor, depth + 1, item);
                takenBack(shell, executor);
            }
        }
        assertThat(shell.started).hasSize(32);
        shell.openNested(5, "a", 4);
        shell.grant(5, 0, 8);
        assertThat(shell.started).as("one is enough").hasSize(33);
    }

    @Test
    void twoSlotsRunTwoTasksBesidesThoseThatWait() {
        Shell shell = new Shell(2);
        shell.open(1, "a");
        shell.grant(1, 0, 4);
        shell.allReady(2);
        shell.waits(1, 1, 0);
        takenBack(shell, 1);
        shell.openNested(2, "a", 1);
        shell.grant(2, 0, 4);
        assertThat(shell.started).hasSize(3);
        shell.ready(3);
        assertThat(jobsOf(shell, 3)).isNotEmpty().containsOnly(new JobId(2));
        shell.finish(2, 1, 1, 2, 20 * MILLI);
        assertThat(jobsOf(shell, 2)).as("its slot is its own").hasSizeGreaterThan(1);
        assertThat(shell.started).hasSize(3);
    }

    @Test
    void aTaskThatDiesWhileItWaitsLeavesNoProcessTooMany() {
        Shell shell = waiting();
        shell.openNested(2, "a", 1);
        shell.grant(2, 0, 1);
        shell.ready(2);
        shell.die(1, true, Optional.of(new Execution.Running(new JobId(1), 0)));
        assertThat(shell.reports(FromWorker.Died.class)).hasSize(1);
        shell.finish(2, 2, 0, 1, 20 * MILLI);
        shell.pass(Shell.SECOND);
        assertThat(shell.started).hasSize(2);
        assertThat(jobsOf(shell, 2)).as("the other item of job 1 runs there").contains(new JobId(1));
    }

    @Test
    void newsOfAnItemThatHasEndedMeanwhileChangesNothing() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 3);
        shell.allReady(1);
        shell.finish(1, 1, 0, 1, 20 * MILLI);
        shell.hear(1, new FromExecutor.Waiting(new JobId(1), 0));
        shell.openNested(2, "a", 1);
        shell.grant(2, 0, 1);
        shell.pass(Shell.SECOND);
        assertThat(shell.started).hasSize(1);
    }
}
