package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Many workers of sixteen slots. */
class LargeTest {
    private static final int SLOTS = 16;

    @Test
    void twoMillionItemsOnTwoHundredWorkersEndNearTheIdealInFewLeases() {
        endsNearTheIdealInFewLeases(200, 2_000_000);
    }

    /** Takes a minute. */
    @Test
    @EnabledIfSystemProperty(named = "simulation.large", matches = "true")
    void tenMillionItemsOnAThousandWorkersEndNearTheIdealInFewLeases() {
        endsNearTheIdealInFewLeases(1_000, 10_000_000);
    }

    private static void endsNearTheIdealInFewLeases(int workers, long items) {
        Scenario scenario = new Scenario().workers(workers, SLOTS);
        scenario.cluster.sweepEvery = 2_000;
        scenario.warm();
        SimulatedJob job = scenario.submit(items, index -> MILLI);
        scenario.finish();
        double ideal = items * (double) MILLI / (workers * SLOTS);
        assertThat(job.took() / ideal).as("makespan beside the ideal").isLessThanOrEqualTo(1.25);
        assertThat(job.leases).as("leases: not two for each slot").isLessThanOrEqualTo(2L * workers * SLOTS);
    }
}
