package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.GRACE;
import static io.sheaf.worker.execution.Shell.MILLI;
import static io.sheaf.worker.execution.Shell.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExecutionTest {
    private static final JobId ONE = new JobId(1);

    @Test
    void anExecutorLearnsWhoseItIsAndOfWhichItemsItIsNotTheFirstAttempt() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        List<Repeated> repeated = List.of(new Repeated(1, 3, 2), new Repeated(5, 6, 3));
        shell.execution.granted(new ToWorker.Granted(new LeaseId(1, 9), ONE, 0, 8, List.of(), repeated, false));
        shell.decide();
        shell.ready(1);
        assertThat(shell.tells(1, ToExecutor.Open.class).get(0).worker()).isEqualTo(new WorkerId("w"));
        for (long index = 0; index < 8; index++) {
            shell.finish(1, 1, index, index + 1, SECOND);
        }
        List<Integer> attempts = new ArrayList<>();
        for (ToExecutor.Batch batch : shell.tells(1, ToExecutor.Batch.class)) {
            for (long index = batch.items().from(); index < batch.items().to(); index++) {
                attempts.add(Repeated.attempt(batch.repeated(), index));
            }
        }
        assertThat(attempts).containsExactly(1, 2, 2, 1, 1, 3, 1, 1);
    }

    @Test
    void resultsAreReportedAtOncePerLease() {
        Shell shell = running(1);
        shell.finish(1, 1, 0, 1, MILLI);
        FromWorker.Completed done = shell.reports(FromWorker.Completed.class).get(0);
        assertThat(done.lease()).isEqualTo(new LeaseId(1, 1));
        assertThat(done.results().from()).isZero();
        assertThat(done.nanos()).isEqualTo(MILLI);
    }

    @Test
    void resultsThatSpanLeasesAreReportedForEach() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        LeaseId first = shell.grant(1, 0, 1);
        LeaseId second = shell.grant(1, 1, 2);
        shell.ready(1);
        Segment results = Segment.ofLongs(0, 2, 7);
        shell.hear(1, new FromExecutor.Finished(ONE, results, 10));
        assertThat(shell.reports(FromWorker.Completed.class))
                .extracting(FromWorker.Completed::lease)
                .containsExactly(first, second);
    }

    @Test
    void aFailedItemDoesNotTouchItsNeighbours() {
        Shell shell = running(1);
        shell.fail(1, 1, 0);
        shell.finish(1, 1, 1, 2, MILLI);
        FromWorker.Failed failed = shell.reports(FromWorker.Failed.class).get(0);
        assertThat(failed.failure().index()).isZero();
        assertThat(failed.failure().attempts()).isEqualTo(1);
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(1);
    }

    @Test
    void whatATaskPrintsIsPassedOn() {
        Shell shell = running(1);
        Output output = new Output(0, false, "hello");
        shell.hear(1, new FromExecutor.Printed(ONE, output));
        assertThat(shell.reports).containsExactly(new FromWorker.Printed(ONE, output));
    }

    @Test
    void onlyTheRunningItemIsBlamedForADeath() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 1000);
        shell.ready(1);
        ToExecutor.Batch batch = grown(shell);
        shell.reports.clear();
        shell.finish(1, 1, batch.items().from(), batch.items().from() + 1, MILLI / 10);
        long index = batch.items().from() + 2;
        shell.die(1, true, Optional.of(new Execution.Running(ONE, index)));
        assertThat(shell.reports(FromWorker.Died.class))
                .extracting(FromWorker.Died::index)
                .containsExactly(index);
        assertThat(heldItems(shell))
                .as("the others wait again; neither the dead nor the finished are here")
                .isEqualTo(1000 - index);
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(1);
    }

    @Test
    void anItemThatHadEndedIsNotBlamed() {
        Shell shell = running(1);
        shell.finish(1, 1, 0, 1, MILLI);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports(FromWorker.Died.class)).isEmpty();
        assertThat(heldItems(shell)).isEqualTo(9);
    }

    @Test
    void executorsThatDoNotComeUpEndTheJobAfterThreeTries() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.open(2, "a");
        shell.grant(1, 0, 5);
        for (long executor = 1; executor <= 3; executor++) {
            assertThat(shell.reports).isEmpty();
            shell.die(executor, false, Optional.empty());
            shell.pass(SECOND);
        }
        assertThat(shell.reports(FromWorker.CannotRun.class))
                .extracting(FromWorker.CannotRun::job)
                .containsExactly(ONE, new JobId(2));
        assertThat(shell.reports(FromWorker.CannotRun.class).get(0).reason())
                .contains("exited with code 3")
                .contains("no such option");
        assertThat(shell.started).hasSize(3);
    }

    @Test
    void whatRunsIsNotGivenUpBecauseNoMoreExecutorsComeUp() {
        Shell shell = new Shell(2);
        shell.open(1, "a");
        shell.grant(1, 0, 5);
        shell.ready(1);
        for (int i = 0; i < 5; i++) {
            shell.die(shell.started.get(shell.started.size() - 1), false, Optional.empty());
            shell.pass(SECOND);
        }
        assertThat(shell.reports(FromWorker.CannotRun.class)).isEmpty();
        assertThat(shell.started).as("no storm").hasSizeLessThan(6);
        for (int i = 0; i < 5; i++) {
            shell.finish(1, 1, i, i + 1, 20 * MILLI);
        }
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(5);
    }

    @Test
    void executorsThatDieIdleDoNotEndAJob() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        for (int i = 0; i < 4; i++) {
            shell.grant(1, i, i + 1);
            long executor = shell.started.get(i);
            shell.ready(executor);
            shell.finish(executor, 1, i, i + 1, MILLI);
            shell.die(executor, true, Optional.empty());
        }
        assertThat(shell.reports(FromWorker.CannotRun.class)).isEmpty();
        assertThat(shell.started).hasSize(4);
    }

    @Test
    void codeThatCannotBeHadIsToldOfEveryJobThatNeedsIt() {
        Shell shell = new Shell(1).withoutCode();
        shell.open(1, "a");
        shell.grant(1, 0, 5);
        shell.execution.codeMissing(Shell.bundle("a").id(), "It is not here.");
        shell.decide();
        assertThat(shell.reports(FromWorker.CannotRun.class))
                .containsExactly(new FromWorker.CannotRun(ONE, "It is not here."));
        shell.open(2, "a");
        assertThat(shell.fetches()).as("another job asks again").isEqualTo(2);
    }

    @Test
    void aStoppedJobIsInterruptedAndItsEndIsToldOnce() {
        Shell shell = running(1);
        shell.execution.stop(ONE);
        shell.decide();
        assertThat(shell.tells(1, ToExecutor.Interrupt.class)).containsExactly(new ToExecutor.Interrupt(ONE));
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), prefetched.items().from());
        assertThat(shell.reports).isEmpty();
        shell.fail(1, 1, 0);
        assertThat(shell.reports).containsExactly(new FromWorker.JobStopped(ONE));
        shell.pass(GRACE);
        assertThat(shell.killed).as("it has stopped by itself").isEmpty();
    }

    @Test
    void anItemThatIgnoresTheInterruptIsKilledAfterItsGrace() {
        Shell shell = running(1);
        shell.execution.stop(ONE);
        shell.decide();
        shell.pass(GRACE - 1);
        assertThat(shell.execution.nextDeadline()).hasValue(shell.now + 1);
        assertThat(shell.killed).isEmpty();
        shell.pass(1);
        assertThat(shell.killed).containsExactly(1L);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports).containsExactly(new FromWorker.JobStopped(ONE));
    }

    @Test
    void killingForAStoppedJobDoesNotCostTheOtherJobAnything() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.open(2, "a");
        shell.grant(1, 0, 1);
        shell.grant(2, 0, 1);
        shell.ready(1);
        shell.execution.stop(ONE);
        shell.pass(0);
        shell.pass(GRACE);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports).containsExactly(new FromWorker.JobStopped(ONE));
        assertThat(shell.started).as("for the item of the other job").hasSize(2);
        shell.ready(2);
        assertThat(shell.batchesOf(2)).hasSize(1);
    }

    @Test
    void aJobThatIsNotHereIsStoppedAlready() {
        Shell shell = new Shell(1);
        shell.execution.stop(ONE);
        shell.decide();
        assertThat(shell.reports).containsExactly(new FromWorker.JobStopped(ONE));
    }

    @Test
    void aClosedJobIsForgottenHereAndInItsExecutors() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 1);
        shell.ready(1);
        shell.finish(1, 1, 0, 1, MILLI);
        shell.execution.close(ONE);
        shell.decide();
        assertThat(shell.tells(1, ToExecutor.Close.class)).containsExactly(new ToExecutor.Close(ONE));
        LeaseId late = shell.grant(1, 5, 6);
        assertThat(shell.reports).contains(new FromWorker.Returned(ONE, late, 5, 6));
    }

    @Test
    void aLeavingWorkerReturnsWhatHasNotStartedAndFinishesTheRest() {
        Shell shell = running(1);
        shell.execution.leave();
        shell.decide();
        assertThat(shell.reports.get(0)).isEqualTo(new FromWorker.Leaving());
        long first = shell.batchesOf(1).get(0).number();
        assertThat(shell.tells(1, ToExecutor.TakeBack.class)).containsExactly(new ToExecutor.TakeBack(first));
        shell.giveBack(1, first, 1);
        shell.giveBack(1, first + 1, 1);
        assertThat(shell.execution.isIdle()).isFalse();
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.execution.isIdle()).isTrue();
        assertThat(shell.reports(FromWorker.Returned.class).stream()
                        .mapToLong(returned -> returned.to() - returned.from())
                        .sum())
                .isEqualTo(9);
        LeaseId late = shell.grant(1, 50, 60);
        assertThat(shell.reports).contains(new FromWorker.Returned(ONE, late, 50, 60));
    }

    @Test
    void whatIsHeldIsAllThatIsNotAccountedFor() {
        Shell shell = running(1);
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(heldItems(shell)).isEqualTo(9);
        assertThat(shell.execution.held()).allMatch(held -> held.job().equals(ONE));
    }

    @Test
    void keptLeasesRunOnAfterTheWorkerComesBack() {
        Shell shell = running(1);
        shell.execution.keep(Set.of(new LeaseId(1, 1)));
        shell.decide();
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.reports(FromWorker.Completed.class)).hasSize(1);
        assertThat(shell.tells(1, ToExecutor.Interrupt.class)).isEmpty();
        assertThat(heldItems(shell)).isEqualTo(9);
    }

    @Test
    void aJobOfWhichNothingIsKeptIsStoppedWithoutAWord() {
        Shell shell = running(1);
        shell.execution.keep(Set.of());
        shell.decide();
        assertThat(shell.tells(1, ToExecutor.Interrupt.class)).hasSize(1);
        assertThat(shell.execution.held()).isEmpty();
        shell.pass(GRACE);
        assertThat(shell.killed).containsExactly(1L);
        shell.die(1, true, Optional.of(new Execution.Running(ONE, 0)));
        assertThat(shell.reports).isEmpty();
        assertThat(shell.execution.isIdle()).isTrue();
    }

    @Test
    void aJobThatWasStoppedWithoutAWordCanBeGrantedAgain() {
        Shell shell = running(1);
        shell.execution.keep(Set.of());
        shell.decide();
        shell.open(1, "a");
        LeaseId again = shell.grant(1, 0, 2);
        assertThat(shell.reports).isEmpty();
        shell.fail(1, 1, 0);
        assertThat(shell.reports).as("the interrupted run is not this one").isEmpty();
        ToExecutor.Batch stale = shell.batchesOf(1).get(1);
        shell.giveBack(1, stale.number(), stale.items().from());
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.reports(FromWorker.Completed.class))
                .extracting(FromWorker.Completed::lease)
                .containsExactly(again);
        assertThat(shell.tells(1, ToExecutor.Open.class))
                .as("it may be another job by now")
                .hasSize(2);
    }

    @Test
    void ofALeaseThatIsNotKeptOnlyWhatRunsIsFinished() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 3);
        LeaseId kept = shell.grant(1, 3, 6);
        shell.ready(1);
        shell.execution.keep(Set.of(kept));
        shell.decide();
        ToExecutor.Batch first = shell.batchesOf(1).get(0);
        assertThat(shell.tells(1, ToExecutor.TakeBack.class)).containsExactly(new ToExecutor.TakeBack(first.number()));
        shell.giveBack(1, first.number(), 1);
        shell.giveBack(1, first.number() + 1, 1);
        shell.finish(1, 1, 0, 1, MILLI);
        assertThat(shell.execution.held()).extracting(HeldLease::id).containsOnly(kept);
        assertThat(heldItems(shell)).isEqualTo(3);
    }

    @Test
    void unstartedItemsAreSharedWithASlotThatRanDry() {
        Shell shell = new Shell(2);
        shell.open(1, "a");
        shell.grant(1, 0, 4);
        shell.allReady(2);
        shell.finish(2, 1, 2, 3, SECOND);
        shell.finish(2, 1, 3, 4, SECOND);
        ToExecutor.Batch first = shell.batchesOf(1).get(0);
        assertThat(shell.tells(1, ToExecutor.TakeBack.class)).containsExactly(new ToExecutor.TakeBack(first.number()));
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        shell.giveBack(1, prefetched.number(), prefetched.items().from());
        assertThat(shell.batchesOf(2).get(2).items().from())
                .isEqualTo(prefetched.items().from());
    }

    /** One slot that runs item 0 of 10 and has the next. */
    private static Shell running(int slots) {
        Shell shell = new Shell(slots);
        shell.open(1, "a");
        shell.grant(1, 0, 10);
        shell.allReady(slots);
        return shell;
    }

    /** The batch that runs once batches have grown. */
    private static ToExecutor.Batch grown(Shell shell) {
        for (int i = 0; i < 12; i++) {
            ToExecutor.Batch batch = shell.batchesOf(1).get(i);
            shell.finish(1, 1, batch.items().from(), batch.items().to(), MILLI / 10);
        }
        return shell.batchesOf(1).get(12);
    }

    private static long heldItems(Shell shell) {
        return shell.execution.held().stream()
                .mapToLong(held -> held.to() - held.from())
                .sum();
    }
}
