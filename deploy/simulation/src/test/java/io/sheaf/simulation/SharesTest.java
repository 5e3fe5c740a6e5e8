package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static io.sheaf.simulation.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets the slots, when several want them. */
class SharesTest {
    @ParameterizedTest
    @CsvSource({"1, 2, 1", "1, 2, 100", "4, 4, 1", "4, 4, 20", "4, 4, 150", "20, 16, 20"})
    void aSmallJobDoesNotWaitForALargeOne(int workers, int slots, long millis) {
        Scenario scenario = new Scenario().workers(workers, slots).warm();
        scenario.cluster.sweepEvery = 20;
        scenario.submit(1_000_000, index -> millis * MILLI);
        scenario.cluster.runFor(5 * SECOND);
        SimulatedJob small = scenario.submit(1, index -> 10 * MILLI);
        scenario.cluster.runUntil(small::isOver, 10 * SECOND);
        assertThat(small.took() - 10 * MILLI).isLessThanOrEqualTo(200 * MILLI);
    }

    @Test
    void whatHasAHigherPriorityGoesFirst() {
        Scenario scenario = new Scenario().workers(2, 4).warm();
        SimulatedJob low = scenario.submit(1_000_000, index -> 10 * MILLI);
        scenario.cluster.runFor(2 * SECOND);
        SimulatedJob high =
                scenario.submit(2_000, index -> 10 * MILLI, Policy.defaults().withShare(Scenario.share(1, 1)));
        scenario.cluster.runFor(500 * MILLI);
        long before = low.ended();
        scenario.runUntilDone(high, 1_900);
        assertThat(low.ended() - before)
                .as("while there is something of a higher one")
                .isLessThanOrEqualTo(20);
        scenario.cluster.runUntil(high::isOver, 60 * SECOND);
        assertThat(high.took()).isLessThanOrEqualTo(2_000 * 10 * MILLI / 8 + 200 * MILLI);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 10, 10", "1, 1, 5, 50", "1, 3, 10, 10", "1, 3, 100, 2", "2, 1, 20, 20"})
    void equalsShareTheSlotTimeByTheirWeights(int weight, int otherWeight, long millis, long otherMillis) {
        Scenario scenario = new Scenario().workers(2, 4).warm();
        scenario.cluster.sweepEvery = 10;
        SimulatedJob one = scenario.submit(
                10_000_000, index -> millis * MILLI, Policy.defaults().withShare(Scenario.share(0, weight)));
        SimulatedJob other = scenario.submit(
                10_000_000, index -> otherMillis * MILLI, Policy.defaults().withShare(Scenario.share(0, otherWeight)));
        scenario.cluster.runFor(30 * SECOND);
        double ratio = (double) one.ended() * millis / (other.ended() * otherMillis);
        assertThat(ratio).isCloseTo((double) weight / otherWeight, Percentage.withPercentage(10));
    }

    @Test
    void atMostSoManyItemsRunAtATimeAsTheJobMayHave() {
        Scenario scenario = new Scenario().workers(3, 4).warm();
        Policy three = Policy.defaults().withShare(new Policy.Share(0, 1, 3, List.of()));
        SimulatedJob job = scenario.submit(300, index -> 50 * MILLI, three);
        long most = 0;
        while (!job.isOver()) {
            scenario.cluster.time.step();
            most = Math.max(most, scenario.running(job));
        }
        assertThat(most).isEqualTo(3);
        assertThat(job.took()).isCloseTo(100 * 50 * MILLI, within(700 * MILLI));
    }

    @Test
    void whatIsRequiredIsThereForEachItemThatRuns() {
        Scenario scenario =
                new Scenario().workers(2, 4).worker(4, 1, new Label("gpu", "2")).warm();
        Policy gpu = Policy.defaults().withShare(new Policy.Share(0, 1, 0, List.of(new Requirement("gpu", 1000))));
        SimulatedJob job = scenario.submit(50, index -> 20 * MILLI, gpu);
        long most = 0;
        while (!job.isOver()) {
            scenario.cluster.time.step();
            most = Math.max(most, scenario.running(job));
        }
        assertThat(most).isEqualTo(2);
        assertThat(job.took()).isLessThanOrEqualTo(25 * 20 * MILLI + 200 * MILLI);
    }

    @Test
    void whatNobodyCanMeetIsExplainedAndWaitsForSomebodyWhoCan() {
        Scenario scenario = new Scenario().workers(2, 4).warm();
        Policy gpu = Policy.defaults().withShare(new Policy.Share(0, 1, 0, List.of(new Requirement("gpu", 1000))));
        SimulatedJob job = scenario.submit(5, index -> 20 * MILLI, gpu);
        scenario.cluster.runFor(2 * SECOND);
        assertThat(job.state).isEqualTo(JobState.WAITING);
        assertThat(scenario.cluster.coordinator().scheduler.overview().reasons(job.id))
                .isNotEmpty();
        scenario.worker(1, 1, new Label("gpu", "1")).finish();
        assertThat(job.state).isEqualTo(JobState.SUCCEEDED);
    }
}
