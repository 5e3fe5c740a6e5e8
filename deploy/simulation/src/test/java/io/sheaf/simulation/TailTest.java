package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static io.sheaf.simulation.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.job.Policy;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left at the end of a job waits for nobody: exact times, since time is virtual. */
class TailTest {
    @ParameterizedTest
    @CsvSource({"2, 1, 2", "1, 2, 2", "2, 1, 20", "1, 2, 20"})
    void aTailThatCostsFiftyfoldCostsFivePercent(int workers, int slots, long millis) {
        Scenario scenario = new Scenario().workers(workers, slots).warm();
        LongUnaryOperator nanos = index -> (index < 380 ? 1 : 50) * millis * MILLI;
        SimulatedJob job = scenario.submit(400, nanos);
        scenario.finish();
        long ideal = (380 + 20 * 50) * millis * MILLI / 2;
        assertThat(job.took()).isLessThanOrEqualTo(ideal * 105 / 100);
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 0", "1, 2, 40", "1, 2, 79", "2, 1, 0", "2, 1, 40", "2, 1, 79", "2, 4, 40"})
    void oneSlowItemDelaysNobody(int workers, int slots, long slow) {
        Scenario scenario = new Scenario().workers(workers, slots).warm();
        SimulatedJob job = scenario.submit(80, index -> index == slow ? 2 * SECOND : 10 * MILLI);
        scenario.runUntilDone(job, 79);
        long ideal = 79 * 10 * MILLI / (workers * slots - 1);
        assertThat(scenario.age(job)).isLessThanOrEqualTo(ideal + 60 * MILLI);
        scenario.finish();
        assertThat(job.took()).isLessThanOrEqualTo(2 * SECOND + ideal + 60 * MILLI);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 10, 100})
    void aWorkerThatJoinsInMidJobIsAtWorkWithin200Millis(long millis) {
        // That code runs there already is what the figure supposes.
        Scenario scenario = new Scenario(Conditions.realistic().withStart(MILLI))
                .workers(2, 2)
                .warm();
        SimulatedJob job = scenario.submit(4_000 / millis, index -> millis * MILLI);
        scenario.runUntilDone(job, 400 / millis);
        SimulatedWorker late = scenario.cluster.join(2);
        long joined = scenario.cluster.time.now();
        scenario.cluster.runUntil(
                () -> late.executors().stream().anyMatch(one -> one.running().isPresent()), SECOND);
        assertThat(scenario.cluster.time.now() - joined).isLessThanOrEqualTo(200 * MILLI);
        scenario.finish();
    }

    @Test
    void aSlowWorkerTakesItsPartAndDoesNotDelayTheEnd() {
        Scenario scenario = new Scenario().workers(3, 1).worker(1, 4).warm();
        long before = completedBy(scenario);
        SimulatedJob job = scenario.submit(4_000, index -> 10 * MILLI);
        scenario.finish();
        double part = (completedBy(scenario) - before) / ((4_000 - (completedBy(scenario) - before)) / 3.0);
        assertThat(part).isBetween(0.2, 0.3);
        double ideal = 4_000 * 10.0 * MILLI / 3.25;
        assertThat((double) job.took()).isLessThanOrEqualTo(1.05 * ideal);
    }

    private static long completedBy(Scenario scenario) {
        return scenario.cluster
                .coordinator()
                .scheduler
                .overview()
                .load(scenario.lastWorker().id())
                .completed();
    }

    @Test
    void aSecondAttemptElsewhereEndsWhatHangsAtASlowWorker() {
        Scenario scenario = new Scenario().workers(4, 1).worker(1, 100);
        Policy speculative = Policy.defaults().withSpeculative(true);
        SimulatedJob job = scenario.submit(200, index -> 100 * MILLI, speculative);
        scenario.finish();
        double ideal = 200 * 100.0 * MILLI / 4;
        assertThat((double) job.took()).isLessThanOrEqualTo(ideal + 300 * MILLI + SECOND);
        scenario.cluster.runFor(SECOND);
        assertThat(scenario.running(job)).as("the other attempt is stopped").isZero();
    }

    @Test
    void withoutSecondAttemptsItWaitsForTheSlowOne() {
        Scenario scenario = new Scenario().workers(4, 1).worker(1, 100);
        SimulatedJob job = scenario.submit(200, index -> 100 * MILLI);
        scenario.finish();
        assertThat(job.took()).isGreaterThan(10 * SECOND);
    }

    @Test
    void whatRunsForTooLongIsStoppedInTime() {
        Scenario scenario = new Scenario().workers(1, 2).warm();
        Policy limited = Policy.defaults().withAttempts(new Policy.Attempts(0, 100, 500, Policy.ANY));
        SimulatedJob job = scenario.submit(20, index -> index == 3 ? 60 * SECOND : 10 * MILLI, limited);
        scenario.finish();
        assertThat(job.failed.size()).isEqualTo(1);
        assertThat(job.succeeded.size()).isEqualTo(19);
        assertThat(job.took()).isLessThanOrEqualTo(700 * MILLI);
    }
}
