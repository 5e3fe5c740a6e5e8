package io.sheaf.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCsvTest {

    @TempDir
    Path directory;

    private Path generate(String name, String... filesBytesSeed) throws IOException {
        Path target = directory.resolve(name);
        String[] arguments = Stream.concat(Stream.of(target.toString()), Stream.of(filesBytesSeed))
                .toArray(String[]::new);
        GenerateCsv.main(arguments);
        return target;
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void filesAreAsManyAndAsLargeAsAskedFor() throws IOException {
        List<Path> files = files(generate("many", "3", "100000"));
        assertThat(files).hasSize(3);
        for (Path file : files) {
            assertThat(Files.size(file)).isBetween(99_800L, 100_000L);
        }
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherOneOthers() throws IOException {
        List<Path> once = files(generate("once", "2", "5000", "7"));
        List<Path> again = files(generate("again", "2", "5000", "7"));
        List<Path> other = files(generate("other", "2", "5000", "8"));
        for (int i = 0; i < 2; i++) {
            assertThat(Files.mismatch(once.get(i), again.get(i))).isEqualTo(-1);
            assertThat(Files.mismatch(once.get(i), other.get(i))).isNotEqualTo(-1);
        }
        assertThat(Files.mismatch(once.get(0), once.get(1))).isNotEqualTo(-1);
    }

    @Test
    void aLargerFileBeginsWithTheSmallerOne() throws IOException {
        Path small = files(generate("small", "1", "3000")).get(0);
        Path large = files(generate("large", "1", "9000")).get(0);
        assertThat(Files.readString(large)).startsWith(Files.readString(small));
    }
}
