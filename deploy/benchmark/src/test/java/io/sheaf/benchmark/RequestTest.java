package io.sheaf.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTest {
    private static BenchmarkMain.Request of(String... typed) {
        List<String> all = new ArrayList<>(List.of("/home", "/contestant.py", "/figures.json"));
        all.addAll(List.of(typed));
        return BenchmarkMain.Request.of(all);
    }

    @Test
    void allWorkloadsAreRunFiveTimesUnlessOthersAreNamed() {
        assertThat(of().workloads()).containsExactly(Workload.values());
        assertThat(of().rounds()).isEqualTo(5);
        assertThat(of("w3", "W10", "--rounds", "9", "--noise", "20").workloads())
                .containsExactly(Workload.LATENCY, Workload.COMMANDS);
        assertThat(of("--rounds", "9").rounds()).isEqualTo(9);
        assertThat(of("--noise", "20").noise()).isEqualTo(0.2);
        assertThat(of().java()).isEmpty();
        assertThat(of("--peers", "/built", "W1").java()).contains(new JavaPeers(Path.of("/built")));
    }

    @Test
    void nonsenseIsSaidToBe() {
        assertThatThrownBy(() -> of("W99")).hasMessageContaining("There is no workload W99; there are W1, W2");
        assertThatThrownBy(() -> of("--rounds", "0")).hasMessage("--rounds needs a number of at least 1");
        assertThatThrownBy(() -> of("--rounds")).hasMessage("--rounds needs a number of at least 1");
        assertThatThrownBy(() -> of("--noise", "much")).hasMessage("--noise needs a number of at least 0");
    }
}
