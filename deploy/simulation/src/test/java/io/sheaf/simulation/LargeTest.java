package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A thousand workers of sixteen slots. */
class LargeTest {
    private static final int WORKERS = 1_000;
    private static final int SLOTS = 16;
    private static final long ITEMS = 10_000_000;

    @Test
    void tenMillionItemsOnAThousandWorkersEndNearTheIdealInFewLeases() {
        Scenario scenario = new Scenario().workers(WORKERS, SLOTS);
        scenario.cluster.sweepEvery = 2_000;
        scenario.warm();
        SimulatedJob job = scenario.submit(ITEMS, index -> MILLI);
        scenario.finish();
        double ideal = ITEMS * (double) MILLI / (WORKERS * SLOTS);
        assertThat(job.took() / ideal).as("makespan beside the ideal").isLessThanOrEqualTo(1.25);
        assertThat(job.leases).as("leases, at 16,000 slots").isLessThanOrEqualTo(20L * WORKERS);
    }
}
