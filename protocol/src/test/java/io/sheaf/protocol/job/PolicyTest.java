package io.sheaf.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.JobOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
    @Test
    void theDefaultsOfUsersAreTheDefaultPolicy() {
        assertThat(Policy.of(JobOptions.defaults())).isEqualTo(Policy.defaults());
    }

    @Test
    void everyOptionThatConcernsItArrives() {
        JobOptions options = JobOptions.defaults()
                .withChunkSize(5)
                .withRetries(4)
                .withRetryBackoff(Duration.ofSeconds(1))
                .withTimeout(Duration.ofMillis(1500))
                .withPriority(-2)
                .withWeight(3)
                .withRequires(Map.of("zone=eu", 1.0, "gpu", 0.1, "ram", 16.0))
                .withMaxTasksPerProcess(7)
                .withSpeculative(true);

        Policy policy = Policy.of(options);

        assertThat(policy.chunkSize()).isEqualTo(5);
        assertThat(policy.attempts()).isEqualTo(new Policy.Attempts(4, 1000, 1500, Policy.ANY));
        assertThat(policy.itemsPerProcess()).isEqualTo(7);
        assertThat(policy.speculative()).isTrue();
        List<Requirement> requires =
                List.of(new Requirement("gpu", 100), new Requirement("ram", 16_000), new Requirement("zone=eu", 1000));
        assertThat(policy.share()).isEqualTo(new Policy.Share(-2, 3, 0, requires));
        assertThat(requires).extracting(Requirement::toString).containsExactly("gpu=0.1", "ram=16", "zone=eu");
    }
}
