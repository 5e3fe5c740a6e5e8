package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Source;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecallTest {
    private static final JobId ONE = new JobId(1);

    @Test
    void halfOfWhatWaitsGoesFromTheTail() {
        Shell shell = new Shell(1).withoutCode();
        shell.open(1, "a");
        LeaseId first = shell.grant(1, 0, 3);
        LeaseId second = shell.grant(1, 3, 7);
        recall(shell);
        assertThat(shell.reports)
                .containsExactly(new FromWorker.Returned(ONE, second, 3, 7), new FromWorker.Recalled(ONE));
        shell.reports.clear();
        recall(shell);
        assertThat(shell.reports)
                .as("half of three, rounded up")
                .containsExactly(new FromWorker.Returned(ONE, first, 1, 3), new FromWorker.Recalled(ONE));
    }

    @Test
    void whatAnExecutorHasNotStartedIsGivenBackWhenNothingElseWaits() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        LeaseId lease = shell.grant(1, 0, 2);
        shell.ready(1);
        recall(shell);
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        assertThat(shell.tells(1, ToExecutor.TakeBack.class))
                .containsExactly(new ToExecutor.TakeBack(prefetched.number()));
        assertThat(shell.reports).isEmpty();
        shell.giveBack(1, prefetched.number(), 1);
        shell.allGivenBack(1, prefetched.number());
        assertThat(shell.reports)
                .containsExactly(new FromWorker.Returned(ONE, lease, 1, 2), new FromWorker.Recalled(ONE));
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.batchesOf(1)).as("it does not come back").hasSize(2);
    }

    @Test
    void whatHasStartedMeanwhileStaysAndTheRecallIsAnswered() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 2);
        shell.ready(1);
        recall(shell);
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.finish(1, 1, 0, 1, MILLI);
        shell.allGivenBack(1, prefetched.number());
        assertThat(shell.reports(FromWorker.Returned.class)).isEmpty();
        assertThat(shell.reports).endsWith(new FromWorker.Recalled(ONE));
        shell.finish(1, 1, 1, 2, MILLI);
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(2);
    }

    @Test
    void whatComesBackBeyondTheHalfWaitsAgain() {
        Shell shell = new Shell(1);
        shell.open(1, "a", new Source.Range(0, 100), 4);
        LeaseId lease = shell.grant(1, 0, 12);
        shell.ready(1);
        for (int i = 0; i < 3; i++) {
            ToExecutor.Batch batch = shell.batchesOf(1).get(i);
            shell.finish(1, 1, batch.items().from(), batch.items().to(), MILLI);
        }
        shell.finish(1, 1, 4, 7, MILLI);
        shell.reports.clear();
        ToExecutor.Batch next = shell.batchesOf(1).get(4);
        assertThat(next.items().count()).as("behind item 7").isEqualTo(4);
        recall(shell);
        shell.giveBack(1, next.number(), 8);
        shell.allGivenBack(1, next.number());
        assertThat(shell.reports)
                .containsExactly(new FromWorker.Returned(ONE, lease, 10, 12), new FromWorker.Recalled(ONE));
        assertThat(shell.batchesOf(1).get(5).items().from())
                .as("prefetched again")
                .isEqualTo(8);
    }

    @Test
    void aRecallOfAnUnknownJobIsAnswered() {
        Shell shell = new Shell(1);
        recall(shell);
        assertThat(shell.reports).containsExactly(new FromWorker.Recalled(ONE));
    }

    @Test
    void aRecallIsAnsweredThoughTheExecutorDies() {
        Shell shell = prefetched();
        recall(shell);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports(FromWorker.Recalled.class)).hasSize(1);
        assertThat(shell.reports(FromWorker.Returned.class)).isEmpty();
    }

    @Test
    void aRecallIsAnsweredThoughTheExecutorFallsSilent() {
        Shell shell = prefetched();
        recall(shell);
        shell.pass(Recalls.PATIENCE_NANOS - 1);
        assertThat(shell.reports(FromWorker.Recalled.class)).isEmpty();
        shell.pass(1);
        assertThat(shell.reports(FromWorker.Recalled.class)).hasSize(1);
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), 1);
        assertThat(shell.reports(FromWorker.Returned.class)).isEmpty();
        assertThat(shell.execution.held()).hasSize(2);
    }

    @Test
    void eachOfTwoRecallsIsAnswered() {
        Shell shell = prefetched();
        recall(shell);
        recall(shell);
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), 1);
        shell.allGivenBack(1, prefetched.number());
        assertThat(shell.reports(FromWorker.Recalled.class)).hasSize(1);
        shell.allGivenBack(1, prefetched.number());
        assertThat(shell.reports(FromWorker.Recalled.class)).hasSize(2);
        assertThat(shell.reports(FromWorker.Returned.class)).hasSize(1);
    }

    @Test
    void aRecallIsAnsweredWhenTheWorkerLeavesOrTheJobIsStopped() {
        Shell leaving = prefetched();
        recall(leaving);
        leaving.execution.leave();
        leaving.decide();
        ToExecutor.Batch prefetched = leaving.batchesOf(1).get(1);
        leaving.giveBack(1, prefetched.number(), 1);
        leaving.allGivenBack(1, prefetched.number());
        leaving.allGivenBack(1, prefetched.number());
        assertThat(leaving.reports(FromWorker.Returned.class)).hasSize(1);
        assertThat(leaving.reports(FromWorker.Recalled.class)).hasSize(1);

        Shell stopped = prefetched();
        recall(stopped);
        stopped.execution.stop(ONE);
        stopped.decide();
        stopped.giveBack(1, prefetched.number(), 1);
        stopped.allGivenBack(1, prefetched.number());
        assertThat(stopped.reports).containsExactly(new FromWorker.Recalled(ONE));
    }

    @Test
    void aRecallOfAnEarlierRegistrationIsForgotten() {
        Shell shell = prefetched();
        recall(shell);
        shell.execution.keep(Set.of(new LeaseId(1, 1)));
        shell.decide();
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), 1);
        shell.allGivenBack(1, prefetched.number());
        assertThat(shell.reports).isEmpty();
        assertThat(shell.batchesOf(1)).as("it is prefetched again").hasSize(3);
    }

    private static Shell prefetched() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 2);
        shell.ready(1);
        return shell;
    }

    private static void recall(Shell shell) {
        shell.execution.recall(ONE);
        shell.decide();
    }
}
