package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MILLI;
import static io.sheaf.simulation.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.job.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Items that start jobs and wait for them: everything finishes, however few slots there are, and none is taken twice. */
class NestedTest {
    private static final long BOUND = 3_600 * SECOND;

    private static SimulatedJob submit(Cluster cluster, long total, int levels, long items) {
        return cluster.submit(
                total, false, Policy.defaults(), Costs.of(20 * MILLI), "a", new SimulatedJob.Nest(0, levels, items));
    }

    /** Besides items that wait or have waited, each slot has at most one. */
    private static void checkSlots(Cluster cluster) {
        for (SimulatedWorker worker : cluster.workers()) {
            long fresh = worker.executors().stream()
                    .filter(SimulatedExecutor::runsFresh)
                    .count();
            assertThat(fresh).as(worker.toString()).isLessThanOrEqualTo(worker.info.slots());
        }
    }

    private static void finish(Cluster cluster) {
        while (cluster.jobs().stream().anyMatch(job -> !job.isOver())) {
            checkSlots(cluster);
            assertThat(cluster.time.now()).as(cluster.describe()).isLessThan(BOUND);
            cluster.runFor(5 * MILLI);
        }
        assertThat(cluster.jobs()).allMatch(job -> job.succeeded.size() == job.total, "is complete");
        cluster.ledger.sweep();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1, 1",
        "1, 1, 50, 1, 3",
        "1, 1, 1, 6, 2",
        "1, 1, 1, 40, 1",
        "1, 3, 20, 2, 3",
        "2, 1, 20, 2, 3",
        "3, 2, 5, 4, 2"
    })
    void everythingFinishesAndNoSlotIsTakenTwice(int workers, int slots, long total, int levels, long items) {
        Scenario scenario = new Scenario().workers(workers, slots);
        submit(scenario.cluster, total, levels, items);
        finish(scenario.cluster);
    }

    @Test
    void twoOfThemAndAPlainOneShareOneSlot() {
        Scenario scenario = new Scenario().workers(1, 1);
        submit(scenario.cluster, 10, 2, 2);
        submit(scenario.cluster, 10, 2, 2);
        scenario.submit(100, index -> 20 * MILLI);
        finish(scenario.cluster);
    }

    @Test
    void aRecursionNeedsOneProcessForEachLevelOnASlot() {
        Scenario scenario = new Scenario().workers(1, 1);
        submit(scenario.cluster, 3, 5, 2);
        finish(scenario.cluster);
        assertThat(scenario.lastWorker().executors()).hasSize(6);
    }

    @Test
    void whatIsCancelledTakesItsChildrenWithIt() {
        Scenario scenario = new Scenario().workers(2, 1);
        SimulatedJob job = submit(scenario.cluster, 3, 8, 2);
        scenario.cluster.runFor(5 * SECOND);
        assertThat(scenario.cluster.jobs()).hasSizeGreaterThan(3);
        scenario.cluster.coordinator().cancel(job);
        scenario.finish();
        scenario.cluster.runFor(5 * SECOND);
        assertThat(scenario.cluster.jobs()).allMatch(SimulatedJob::isOver);
    }

    @Test
    void theDeathOfAProcessWhoseItemWaitsCostsItsChildrenOnlyAndItRunsAgain() {
        Scenario scenario = new Scenario().workers(1, 2);
        submit(scenario.cluster, 2, 1, 1);
        scenario.cluster.runUntil(() -> scenario.cluster.jobs().size() > 1, BOUND);
        scenario.lastWorker().executors().stream()
                .filter(executor -> !executor.runsFresh())
                .findFirst()
                .orElseThrow()
                .die();
        scenario.finish();
        SimulatedJob outer = scenario.cluster.jobs().iterator().next();
        assertThat(outer.succeeded.size()).isEqualTo(2);
    }
}
