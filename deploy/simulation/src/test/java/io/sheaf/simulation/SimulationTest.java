package io.sheaf.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lives of a cluster, each from a seed. {@code -Dsimulation.seeds=N} for another number of them than 200,
 * {@code -Dsimulation.first=N} for others, {@code -Dsimulation.seed=N} for one alone, with its last events.
 */
@Execution(ExecutionMode.CONCURRENT)
class SimulationTest {
    private static final String REPLAY = "mvn -q -pl deploy/simulation -am test -Dtest=SimulationTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dsimulation.seed=";

    static LongStream seeds() {
        Long one = Long.getLong("simulation.seed");
        long first = Long.getLong("simulation.first", 0);
        return one == null
                ? LongStream.range(first, first + Long.getLong("simulation.seeds", 200))
                : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyItemEndsOnceWhateverHappens(long seed) {
        try {
            new Chaos(seed, false).live();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "Seed " + seed + ": " + e.getMessage() + "\nReplay: " + REPLAY + seed + "\n" + lastEvents(seed), e);
        }
    }

    /** The same life once more, with a trace. */
    private static String lastEvents(long seed) {
        Chaos again = new Chaos(seed, true);
        try {
            again.live();
            return "It went well when it was repeated, so something in it depends on more than the seed.";
        } catch (AssertionError | RuntimeException e) {
            return again.cluster().lastTrace() + "\n" + again.cluster().describe();
        }
    }

    @Test
    void aSeedIsALife() {
        Chaos first = new Chaos(7, true);
        first.live();
        Chaos second = new Chaos(7, true);
        second.live();
        assertThat(second.cluster().fingerprint()).isEqualTo(first.cluster().fingerprint());
        assertThat(second.cluster().time.happened())
                .isEqualTo(first.cluster().time.happened());
    }
}
