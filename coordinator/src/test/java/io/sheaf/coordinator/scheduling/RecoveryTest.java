package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A scheduler of a later life, which has heard the facts of the earlier ones. */
class RecoveryTest {
    private static final long LIMIT = 8_000_000_000L;

    private final Scene before = new Scene();
    private final Scene after = new Scene(2);
    private final WorkerId one = before.join("one", 1);
    private final WorkerId two = before.join("two", 1);

    /** The earlier life ends, and the next begins. */
    private void restart() {
        after.settle();
        before.facts.forEach(after.scheduler::replay);
        after.scheduler.recovered(Set.of(one, two), after.now() + LIMIT);
        after.settle();
    }

    private static HeldLease held(Command.Grant grant) {
        return new HeldLease(grant.lease(), grant.job(), grant.from(), grant.to());
    }

    private Set<LeaseId> rejoin(WorkerId worker, HeldLease... held) {
        Set<LeaseId> kept = after.scheduler.joined(Scene.worker(worker, 1), List.of(held));
        after.settle();
        return kept;
    }

    @Test
    void whatWorkersStillRunIsTheirsAndIsNotHandedOutAgain() {
        JobId job = before.submit(2, Policy.defaults());
        Command.Grant first = before.grants(one).getFirst();
        Command.Grant second = before.grants(two).getFirst();
        restart();

        assertThat(rejoin(one, held(first))).containsExactly(first.lease());
        assertThat(rejoin(two, held(second))).containsExactly(second.lease());
        after.scheduler.completed(one, job, first.lease(), new Range(first.from(), first.to()), 1);
        after.scheduler.completed(two, job, second.lease(), new Range(second.from(), second.to()), 1);
        after.after(200);

        assertThat(after.commands(Command.Grant.class)).isEmpty();
        assertThat(after.state(job)).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aLeaseIsKeptThoughTheWorkerDoesNotKnowThatTheEndOfAnItemWasHeard() {
        JobId job = before.submit(1000, Policy.defaults());
        while (before.grants(one).getFirst().to()
                        - before.grants(one).getFirst().from()
                < 2) {
            before.complete(one, 1);
        }
        Command.Grant lease = before.grants(one).getFirst();
        before.scheduler.completed(one, job, lease.lease(), new Range(lease.from(), lease.from() + 1), 1);
        before.settle();
        restart();
        assertThat(rejoin(one, held(lease))).containsExactly(lease.lease());
    }

    @Test
    void nothingIsHandedOutBeforeTheWorkersOfBeforeAreBack() {
        JobId job = before.submit(10, Policy.defaults());
        restart();
        rejoin(one);
        assertThat(after.commands(Command.Grant.class)).isEmpty();
        assertThat(after.reasons(job)).contains("started again");

        rejoin(two);
        after.after(200);
        assertThat(after.handed(one, job) + after.handed(two, job)).isPositive();
        assertThat(after.reasons(job)).doesNotContain("started again");
    }

    @Test
    void aWorkerThatDoesNotComeBackIsNotWaitedForForEver() {
        JobId job = before.submit(10, Policy.defaults());
        restart();
        rejoin(one);
        assertThat(after.scheduler.nextDeadline()).hasValue(after.now() + LIMIT);
        after.after(LIMIT / 1_000_000);
        assertThat(after.handed(one, job)).isPositive();
    }

    @Test
    void aNewJobDoesNotWaitForAnybody() {
        before.submit(10, Policy.defaults());
        restart();
        WorkerId fresh = after.join("fresh", 1);
        JobId job = after.submit(8, 5, Policy.defaults());
        assertThat(after.handed(fresh, job)).isPositive();
    }

    @Test
    void aResultOfAnEarlierLifeCountsThoughItsLeaseIsNotHere() {
        JobId job = before.submit(10, Policy.defaults());
        Command.Grant lease = before.grants(two).getFirst();
        restart();
        rejoin(two);
        after.scheduler.completed(two, job, lease.lease(), new Range(lease.from(), lease.to()), 1);
        after.settle();
        assertThat(after.facts(Fact.Completed.class))
                .containsExactly(new Fact.Completed(job, lease.from(), lease.to()));
    }

    @Test
    void whatWasReportedOfTheLifeBeforeARetryDoesNotCountAfterIt() {
        JobId job = before.submit(1, Policy.defaults());
        Command.Grant lease = before.grants(one).getFirst();
        before.scheduler.cancelled(job);
        before.scheduler.stopped(one, job);
        before.settle();
        before.scheduler.submitted(job, Policy.defaults(), Headway.NONE);
        before.scheduler.inputEnded(job, 1);
        before.settle();
        restart();
        assertThat(rejoin(one, held(lease))).isEmpty();
        after.scheduler.completed(one, job, lease.lease(), new Range(0, 1), 1);
        after.settle();
        assertThat(after.facts(Fact.Completed.class)).isEmpty();
    }

    @Test
    void aJobOfTheSameNumberThatIsNewIsNotTouchedByLeasesOfAnEarlierLife() {
        JobId old = before.submit(1, Policy.defaults());
        Command.Grant lease = before.grants(one).getFirst();
        JobId job = after.submit(1, Policy.defaults());
        assertThat(job).isEqualTo(old);
        assertThat(rejoin(one, held(lease))).isEmpty();
    }

    @Test
    void aJobThatWasBeingCancelledIsCancelledOnceAllAreBack() {
        JobId job = before.submit(10, Policy.defaults());
        Command.Grant lease = before.grants(one).getFirst();
        before.scheduler.cancelled(job);
        before.settle();
        restart();
        assertThat(rejoin(one, held(lease))).isEmpty();
        assertThat(after.state(job)).isNotEqualTo(JobState.CANCELLED);
        rejoin(two);
        after.after(200);
        assertThat(after.facts(Fact.Became.class)).containsExactly(new Fact.Became(job, JobState.CANCELLED));
    }

    @Test
    void anItemThatHasEndedItsProcessAndRunsAloneStaysWhereItIs() {
        JobId job = before.submit(1, Policy.defaults());
        WorkerId at = before.grants(one).isEmpty() ? two : one;
        before.dieFirst(at);
        Command.Grant alone = before.commands(Command.Grant.class).get(1);
        assertThat(alone.alone()).isTrue();
        restart();
        assertThat(rejoin(alone.worker(), held(alone))).containsExactly(alone.lease());
        rejoin(alone.worker().equals(one) ? two : one);
        after.after(200);
        assertThat(after.commands(Command.Grant.class)).isEmpty();
        assertThat(after.state(job)).isNotEqualTo(JobState.FAILED);
    }
}
