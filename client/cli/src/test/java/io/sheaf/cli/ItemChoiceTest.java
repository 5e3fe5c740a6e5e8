package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.job.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ItemChoiceTest {
    @TempDir
    Path folder;

    private static List<String> texts(String input, int separator) {
        ItemChoice.Streamed source =
                new ItemChoice.Streamed(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), separator);
        List<String> texts = new ArrayList<>();
        new ItemChoice.Texts(source).forEachRemaining(texts::add);
        return texts;
    }

    @Test
    void aLineIsAnItemWithOrWithoutCarriageReturnAndLastLineFeed() {
        assertThat(texts("a\nb\r\n\nc ü", '\n')).containsExactly("a", "b", "", "c ü");
        assertThat(texts("", '\n')).isEmpty();
    }

    @Test
    void itemsBetweenNulsMayContainLineFeeds() {
        assertThat(texts("a\nb\0c\0", 0)).containsExactly("a\nb", "c");
    }

    @Test
    void aRangeIncludesBothItsEnds() {
        assertThat(ItemChoice.range("-2..5")).isEqualTo(new ItemChoice.Range(new Source.Range(-2, 5)));
        assertThatThrownBy(() -> ItemChoice.range("1-5")).hasMessageContaining("1..1000");
        assertThatThrownBy(() -> ItemChoice.range("1..99999999999999999999")).isInstanceOf(CliException.class);
    }

    @Test
    void aGlobGivesTheFilesInOrderAndSaysWhenThereAreNone() throws IOException {
        for (String name : List.of("b.csv", "a.csv", "c.txt")) {
            Files.writeString(folder.resolve(name), "x");
        }
        Files.createDirectory(folder.resolve("d.csv"));
        assertThat(ItemChoice.glob(folder + "/*.csv", false))
                .isEqualTo(new ItemChoice.Words(List.of(folder + "/a.csv", folder + "/b.csv")));
        assertThatThrownBy(() -> ItemChoice.glob(folder + "/*.pdf", false))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
    }

    @Test
    void timesAreReadAsPeopleTypeThem() {
        assertThat(Durations.parse("--timeout", "500ms")).hasMillis(500);
        assertThat(Durations.parse("--timeout", "30")).hasSeconds(30);
        assertThat(Durations.parse("--timeout", "2h")).hasHours(2);
        assertThatThrownBy(() -> Durations.parse("--timeout", "soon")).hasMessageContaining("30s");
    }
}
