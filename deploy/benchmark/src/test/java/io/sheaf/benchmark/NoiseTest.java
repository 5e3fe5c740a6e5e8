package io.sheaf.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoiseTest {
    @TempDir
    private Path proc;

    private void process(String pid, String environment, int user, int system) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(pid));
        Files.writeString(directory.resolve("environ"), environment);
        Files.writeString(
                directory.resolve("stat"),
                pid + " (a) b) S 1 1 1 0 -1 4194304 100 0 0 0 " + user + " " + system + " 3 4 20 0 1 0 5 6 7\n");
    }

    @Test
    void onlyWhatOthersUsedIsNoise() throws IOException {
        Files.writeString(proc.resolve("stat"), "cpu  1000 100 400 9999 50 10 20 30 0 0\ncpu0 1 2 3\n");
        process("17", "HOME=/\0SHEAF_BENCHMARK=mine\0", 100, 50);
        process("18", "SHEAF_BENCHMARK=another\0", 700, 50);
        Files.createDirectories(proc.resolve("sys"));

        // All but idle and waiting is 1,560 ticks; of these 157 were ours, with children that have ended.
        assertThat(new Noise("mine", proc).read().foreign()).isEqualTo(14.03);
    }

    @Test
    void itIsAPartOfAllProcessors() {
        Noise.Reading from = new Noise.Reading(0, 10);
        assertThat(new Noise.Reading(2_000_000_000L, 11).shareSince(from, 2)).isEqualTo(0.25);
        assertThat(new Noise.Reading(2_000_000_000L, 9).shareSince(from, 2)).isZero();
    }
}
