package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TaskSchedulerTest {
    private static final WorkerId ONE = new WorkerId("one");
    private static final WorkerId TWO = new WorkerId("two");
    private static final JobId JOB = new JobId(1);

    private final TaskScheduler scheduler = new TaskScheduler(9);

    private List<Command.Grant> grants(Reaction reaction) {
        List<Command.Grant> grants = new ArrayList<>();
        for (Command command : reaction.commands()) {
            if (command instanceof Command.Grant grant) {
                grants.add(grant);
            }
        }
        return grants;
    }

    private static List<JobState> states(Reaction reaction) {
        List<JobState> states = new ArrayList<>();
        for (Fact fact : reaction.facts()) {
            if (fact instanceof Fact.Became became) {
                states.add(became.state());
            }
        }
        return states;
    }

    private void submit(long items) {
        scheduler.submitted(JOB, Policy.defaults());
        scheduler.inputEnded(JOB, items);
    }

    private void complete(WorkerId worker, Command.Grant grant) {
        scheduler.completed(worker, JOB, grant.lease(), new Range(grant.from(), grant.to()), 1_000_000);
    }

    @Test
    void aJobWithoutItemsSucceedsAtOnce() {
        submit(0);
        assertThat(states(scheduler.place())).endsWith(JobState.SUCCEEDED);
    }

    @Test
    void whatEndedBeforeIsNotHandedOutAndAReplayKnowsIt() {
        scheduler.submitted(JOB, Policy.defaults(), new Headway(List.of(new Range(0, 2), new Range(3, 5)), 1));
        scheduler.arrived(JOB, 3, 10);
        scheduler.arrived(JOB, 6, 10);
        scheduler.inputEnded(JOB, 6);
        scheduler.joined(Scene.worker(ONE, 2), List.of());
        Reaction reaction = scheduler.place();
        TaskScheduler replica = new TaskScheduler(1);
        reaction.facts().forEach(replica::replay);

        assertThat(grants(reaction))
                .extracting(Command.Grant::from, Command.Grant::to)
                .containsExactly(tuple(2L, 3L), tuple(5L, 6L));
        assertThat(replica.overview().durableState())
                .isEqualTo(scheduler.overview().durableState());
    }

    @Test
    void aJobWaitsForAWorkerAndStartsWhenOneComes() {
        submit(3);
        assertThat(scheduler.place().commands()).isEmpty();
        scheduler.joined(Scene.worker(ONE, 2), List.of());
        Reaction reaction = scheduler.place();
        assertThat(reaction.commands().get(0)).isEqualTo(new Command.Open(ONE, JOB));
        assertThat(grants(reaction)).isNotEmpty();
        assertThat(states(reaction)).containsExactly(JobState.RUNNING);
    }

    @Test
    void unmeasuredItemsAreNotAllGivenToTheFirstWhoAsks() {
        submit(1000);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        long handedOut = grants(scheduler.place()).stream()
                .mapToLong(grant -> grant.to() - grant.from())
                .sum();
        assertThat(handedOut).isLessThan(10);
    }

    @Test
    void whatALostWorkerHadGoesToAnother() {
        submit(2);
        scheduler.joined(Scene.worker(ONE, 2), List.of());
        List<Command.Grant> first = grants(scheduler.place());
        scheduler.lost(ONE, Scene.death(ONE));
        scheduler.joined(Scene.worker(TWO, 2), List.of());
        Reaction reaction = scheduler.place();
        List<Command.Grant> second = grants(reaction);
        assertThat(second.stream().mapToLong(grant -> grant.to() - grant.from()).sum())
                .isEqualTo(first.stream()
                        .mapToLong(grant -> grant.to() - grant.from())
                        .sum());
        assertThat(reaction.facts()).anyMatch(Fact.Requeued.class::isInstance);
        assertThat(scheduler.overview().running(JOB)).isEqualTo(2);
    }

    @Test
    void aLateReportOfALostWorkerCountsAndTheSecondRunDoesNot() {
        submit(1);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        Command.Grant first = grants(scheduler.place()).get(0);
        scheduler.lost(ONE, Scene.death(ONE));
        scheduler.joined(Scene.worker(TWO, 1), List.of());
        Command.Grant second = grants(scheduler.place()).get(0);
        complete(ONE, first);
        Reaction reaction = scheduler.place();
        assertThat(states(reaction)).containsExactly(JobState.SUCCEEDED);
        assertThat(reaction.commands()).containsExactly(new Command.Stop(TWO, JOB));
        complete(TWO, second);
        assertThat(scheduler.place().facts()).isEmpty();
    }

    @Test
    void aWorkerThatComesBackKeepsWhatNobodyElseHas() {
        submit(1);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        Command.Grant grant = grants(scheduler.place()).get(0);
        scheduler.lost(ONE, Scene.death(ONE));
        HeldLease held = new HeldLease(grant.lease(), JOB, grant.from(), grant.to());
        assertThat(scheduler.joined(Scene.worker(ONE, 1), List.of(held))).containsExactly(grant.lease());
        assertThat(grants(scheduler.place())).isEmpty();
        complete(ONE, grant);
        assertThat(states(scheduler.place())).containsExactly(JobState.SUCCEEDED);
    }

    @Test
    void anItemThatEndsThreeProcessesIsFailedWithTheReports() {
        submit(1);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        DeathReport death = new DeathReport(
                "executor", ONE, "host", OptionalLong.of(3), OptionalInt.empty(), OptionalInt.of(9), "", List.of());
        for (int i = 1; i <= 3; i++) {
            Command.Grant grant = grants(scheduler.place()).get(0);
            scheduler.died(ONE, JOB, grant.lease(), 0, death, 1);
        }
        Reaction reaction = scheduler.place();
        Fact.Failed failed = reaction.facts().stream()
                .filter(Fact.Failed.class::isInstance)
                .map(Fact.Failed.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(failed.failure().failure()).isEqualTo(new Failure.Lost(List.of(death, death, death)));
        assertThat(states(reaction)).containsExactly(JobState.FAILED);
    }

    @Test
    void aCancelledJobIsCancellingUntilItsWorkersConfirm() {
        submit(10);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.place();
        assertThat(scheduler.cancelled(JOB)).isTrue();
        Reaction reaction = scheduler.place();
        assertThat(states(reaction)).containsExactly(JobState.CANCELLING);
        assertThat(reaction.commands()).containsExactly(new Command.Stop(ONE, JOB));
        scheduler.stopped(ONE, JOB);
        assertThat(states(scheduler.place())).containsExactly(JobState.CANCELLED);
        assertThat(scheduler.cancelled(JOB)).isFalse();
    }

    @Test
    void aLostWorkerHasConfirmedToo() {
        submit(10);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.place();
        scheduler.cancelled(JOB);
        scheduler.lost(ONE, Scene.death(ONE));
        assertThat(states(scheduler.place())).containsExactly(JobState.CANCELLING, JobState.CANCELLED);
    }

    @Test
    void jobsTakeTurns() {
        submit(1000);
        JobId other = new JobId(2);
        scheduler.submitted(other, Policy.defaults());
        scheduler.inputEnded(other, 1);
        scheduler.joined(Scene.worker(ONE, 4), List.of());
        assertThat(grants(scheduler.place())).anyMatch(grant -> grant.job().equals(other));
    }

    @Test
    void aWorkerThatLeavesGetsNothingNew() {
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.leaving(ONE);
        submit(5);
        assertThat(grants(scheduler.place())).isEmpty();
    }

    @Test
    void largeItemsComeInSmallLeases() {
        scheduler.submitted(JOB, Policy.defaults());
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.arrived(JOB, 100, 100L << 20);
        scheduler.inputEnded(JOB, 100);
        Command.Grant first = grants(scheduler.place()).get(0);
        scheduler.completed(ONE, JOB, first.lease(), new Range(first.from(), first.to()), 1000);
        assertThat(grants(scheduler.place())).allMatch(grant -> grant.to() - grant.from() <= 8);
    }

    @Test
    void largeResultsComeFromSmallLeases() {
        submit(1000);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        Command.Grant first = grants(scheduler.place()).get(0);
        scheduler.weighed(JOB, 2, 2L << 20);
        scheduler.completed(ONE, JOB, first.lease(), new Range(first.from(), first.to()), 1000);
        assertThat(grants(scheduler.place())).isNotEmpty().allMatch(grant -> grant.to() - grant.from() <= 8);
    }

    @Test
    void aDeathThatIsToldTwiceCountsOnceAndGivesTheItemBackOnce() {
        submit(1);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.joined(Scene.worker(TWO, 1), List.of());
        Command.Grant grant = grants(scheduler.place()).get(0);
        WorkerId other = grant.worker().equals(ONE) ? TWO : ONE;
        DeathReport death = new DeathReport(
                "executor",
                grant.worker(),
                "host",
                OptionalLong.of(3),
                OptionalInt.empty(),
                OptionalInt.of(9),
                "",
                List.of());
        scheduler.died(grant.worker(), JOB, grant.lease(), 0, death, 1);
        Command.Grant again = grants(scheduler.place()).get(0);
        scheduler.died(grant.worker(), JOB, grant.lease(), 0, death, 1);
        assertThat(grants(scheduler.place())).isEmpty();
        assertThat(scheduler.overview().running(JOB)).isEqualTo(1);
        assertThat(again.worker()).isEqualTo(other);
    }

    @Test
    void nothingIsTakenOrKeptUnderALeaseOfAnotherEpoch() {
        submit(1);
        scheduler.joined(Scene.worker(ONE, 1), List.of());
        scheduler.place();
        scheduler.lost(ONE, Scene.death(ONE));
        LeaseId old = new LeaseId(8, 1);
        assertThat(scheduler.joined(Scene.worker(ONE, 1), List.of(new HeldLease(old, JOB, 0, 1))))
                .isEmpty();
        Command.Grant grant = grants(scheduler.place()).get(0);
        scheduler.completed(ONE, JOB, old, new Range(0, 1), 1);
        assertThat(scheduler.place().facts()).isEmpty();
        complete(ONE, grant);
        assertThat(states(scheduler.place())).containsExactly(JobState.SUCCEEDED);
    }

    @Test
    void slowItemsAreNotHoardedWhereNoSlotIsIdle() {
        submit(100);
        scheduler.joined(Scene.worker(ONE, 4), List.of());
        Command.Grant first = grants(scheduler.place()).get(0);
        for (long index = first.from(); index < first.to(); index++) {
            scheduler.completed(ONE, JOB, first.lease(), new Range(index, index + 1), 10_000_000_000L);
        }
        for (int round = 0; round < 20; round++) {
            Reaction reaction = scheduler.place();
            assertThat(scheduler.overview().running(JOB)).isLessThanOrEqualTo(8);
            grants(reaction).forEach(this::complete10s);
        }
        assertThat(scheduler.overview().running(JOB)).isLessThanOrEqualTo(4);
    }

    private void complete10s(Command.Grant grant) {
        Range items = new Range(grant.from(), grant.to());
        scheduler.completed(ONE, JOB, grant.lease(), items, items.count() * 10_000_000_000L);
    }
}
