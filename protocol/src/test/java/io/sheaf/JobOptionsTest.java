package io.sheaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class JobOptionsTest {
    private static final JobOptions DEFAULTS = JobOptions.defaults();

    @Test
    void theDefaultsAreThoseOfTheDocumentation() {
        assertThat(DEFAULTS.name()).isEmpty();
        assertThat(DEFAULTS.chunkSize()).isZero();
        assertThat(DEFAULTS.window()).isZero();
        assertThat(DEFAULTS.retries()).isZero();
        assertThat(DEFAULTS.retryBackoff()).isEqualTo(Duration.ofMillis(100));
        assertThat(DEFAULTS.timeout()).isZero();
        assertThat(DEFAULTS.priority()).isZero();
        assertThat(DEFAULTS.weight()).isEqualTo(1);
        assertThat(DEFAULTS.initializer()).isEmpty();
        assertThat(DEFAULTS.maxTasksPerProcess()).isZero();
        assertThat(DEFAULTS.speculative()).isFalse();
        assertThat(DEFAULTS.durable()).isFalse();
        assertThat(DEFAULTS.requires()).isEmpty();
    }

    @Test
    void everyOptionIsKeptAndLeavesTheOthersAlone() {
        RemoteRunnable initializer = () -> {};
        JobOptions options = DEFAULTS.withDurable(true)
                .withRequires(Map.of("gpu", 0.5))
                .withSpeculative(true)
                .withMaxTasksPerProcess(7)
                .withInitializer(initializer)
                .withWeight(3)
                .withPriority(-2)
                .withTimeout(Duration.ofSeconds(30))
                .withRetryBackoff(Duration.ZERO)
                .withRetries(4)
                .withWindow(9)
                .withChunkSize(5)
                .withName("nightly");

        assertThat(options.name()).isEqualTo("nightly");
        assertThat(options.chunkSize()).isEqualTo(5);
        assertThat(options.window()).isEqualTo(9);
        assertThat(options.retries()).isEqualTo(4);
        assertThat(options.retryBackoff()).isZero();
        assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.priority()).isEqualTo(-2);
        assertThat(options.weight()).isEqualTo(3);
        assertThat(options.initializer()).isEqualTo(Optional.of(initializer));
        assertThat(options.maxTasksPerProcess()).isEqualTo(7);
        assertThat(options.speculative()).isTrue();
        assertThat(options.durable()).isTrue();
        assertThat(options.withDurable(false)).isNotEqualTo(options);
        assertThat(options.requires()).isEqualTo(Map.of("gpu", 0.5));
        assertThat(DEFAULTS).isEqualTo(JobOptions.defaults().withRetries(0)).isNotEqualTo(options);
        assertThat(options.withRetries(5)).isNotEqualTo(options).hasSameHashCodeAs(options.withRetries(5));
    }

    @Test
    void requirementsAreCopiedAndCannotBeChanged() {
        Map<String, Double> requires = new HashMap<>(Map.of("zone=eu", 1.0, "gpu", 2.0));
        JobOptions options = DEFAULTS.withRequires(requires);
        requires.clear();

        assertThat(options.requires().keySet()).containsExactly("gpu", "zone=eu");
        assertThatThrownBy(() -> options.requires().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whatMakesNoSenseIsRefusedByNameAndValueWithAHint() {
        refused(
                options -> options.withChunkSize(-1),
                "chunkSize must be 0 (adaptive) or more, but is -1; leave it at 0");
        refused(options -> options.withWindow(-1), "window must be 0 (adaptive) or more, but is -1; ");
        refused(options -> options.withRetries(-1), "retries must be 0 (none) or more, but is -1; ");
        refused(options -> options.withWeight(0), "weight must be 1 or more, but is 0; use a lower priority");
        refused(options -> options.withMaxTasksPerProcess(-1), "maxTasksPerProcess must be 0 (never) or more");
        for (Duration wrong : new Duration[] {Duration.ofSeconds(-1), Duration.ofNanos(1), Duration.ofDays(366)}) {
            refused(
                    options -> options.withTimeout(wrong),
                    "timeout must be zero (no limit), or 1 ms to 365 days, but is " + wrong);
            refused(
                    options -> options.withRetryBackoff(wrong),
                    "retryBackoff must be zero (retry at once), or 1 ms to 5 minutes, but is");
        }
        for (double wrong : new double[] {0, -1, 0.0009, Double.NaN, Double.POSITIVE_INFINITY}) {
            refused(
                    options -> options.withRequires(Map.of("gpu", wrong)),
                    "amount of gpu must be a number of at least");
        }
        for (String wrong : new String[] {"", " ", "=eu", "zone="}) {
            refused(options -> options.withRequires(Map.of(wrong, 1.0)), "must name a label, as gpu, or a label and");
        }
    }

    private static void refused(UnaryOperator<JobOptions> change, String words) {
        assertThatThrownBy(() -> change.apply(DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
