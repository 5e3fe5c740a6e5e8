package io.sheaf.coordinator.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.Workload;
import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What computes and what waits beside each other. */
class PlacementsTest {
    private static final Policy COMPUTING = Policy.defaults();
    private static final Policy WAITING = COMPUTING.withWorkload(Workload.IO);

    private final Scene scene = new Scene();

    private static Policy needing(Policy policy, int priority, Requirement... requires) {
        return policy.withShare(new Policy.Share(priority, 1, 0, List.of(requires)));
    }

    /** All that the worker has of the job is run, and what it then gets. */
    private void runAllOf(WorkerId worker, JobId job) {
        while (scene.state(job) == JobState.RUNNING) {
            assertThat(scene.complete(worker, 10)).isPresent();
        }
    }

    @Test
    void neitherKindTakesTheRoomOfTheOther() {
        WorkerId worker = scene.joinBoth("w", 2, 30);
        JobId computing = scene.submit(1_000, COMPUTING);
        JobId waiting = scene.submit(1_000, WAITING);
        assertThat(scene.handed(worker, computing)).isBetween(2L, 4L);
        assertThat(scene.handed(worker, waiting))
                .as("though all that computes is taken")
                .isBetween(30L, 60L);
    }

    @Test
    void aPriorityCountsAmongJobsOfOneKindOnly() {
        WorkerId worker = scene.joinBoth("w", 1, 10);
        JobId urgent = scene.submit(1_000, needing(COMPUTING, 9));
        JobId other = scene.submit(1_000, needing(WAITING, -9));
        JobId behind = scene.submit(1_000, needing(COMPUTING, 0));
        assertThat(scene.handed(worker, urgent)).isPositive();
        assertThat(scene.handed(worker, other)).isGreaterThanOrEqualTo(10);
        assertThat(scene.handed(worker, behind)).isZero();
    }

    @Test
    void whatItemsRequireOfAWorkerIsTakenByBothKinds() {
        WorkerId worker = scene.joinBoth("w", 4, 100, new Label("gpu", "2"));
        Requirement one = new Requirement("gpu", 1000);
        JobId computing = scene.submit(2, needing(COMPUTING, 0, one));
        JobId waiting = scene.submit(2, needing(WAITING, 0, one));
        assertThat(scene.handed(worker, computing)).isEqualTo(2);
        assertThat(scene.handed(worker, waiting)).as("while both are taken").isZero();
        runAllOf(worker, computing);
        assertThat(scene.handed(worker, waiting)).isEqualTo(2);
    }

    @Test
    void aWorkerWithoutRoomForWhatWaitsGetsNoneAndTheReasonSaysHowToMakeSome() {
        WorkerId worker = scene.joinBoth("w", 4, 0);
        JobId waiting = scene.submit(10, WAITING);
        assertThat(scene.handed(worker, waiting)).isZero();
        assertThat(scene.reasons(waiting)).contains("--io-slots");
        WorkerId other = scene.joinBoth("v", 0, 10);
        assertThat(scene.handed(other, waiting)).isEqualTo(10);
    }

    @Test
    void leasesOfBothKindsHaveNumbersOfTheirOwn() {
        scene.joinBoth("w", 4, 100);
        scene.submit(1_000, COMPUTING);
        scene.submit(1_000, WAITING);
        assertThat(scene.commands(Command.Grant.class).stream().map(Command.Grant::lease))
                .hasSizeGreaterThan(1)
                .doesNotHaveDuplicates();
    }

    @Test
    void whatALostWorkerHadOfBothKindsRunsElsewhere() {
        WorkerId first = scene.joinBoth("w", 4, 100);
        JobId computing = scene.submit(4, COMPUTING);
        JobId waiting = scene.submit(100, WAITING);
        WorkerId second = scene.joinBoth("v", 4, 100);
        scene.lose(first);
        runAllOf(second, computing);
        runAllOf(second, waiting);
        assertThat(List.of(scene.state(computing), scene.state(waiting))).containsOnly(JobState.SUCCEEDED);
    }
}
