package io.sheaf.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTextTest {
    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();

    private Path file() {
        return folder.resolve("err");
    }

    private CommandText text() {
        return new CommandText(file(), told::add);
    }

    private void write(String more) throws IOException {
        Files.writeString(file(), more, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void wholeLinesAreToldAsTheyComeAndTheRestInTheEnd() throws IOException {
        CommandText text = text();
        text.follow(false);
        write("one\ntw");
        text.follow(false);
        assertThat(told).containsExactly("one\n");
        write("o\nthree");
        text.follow(false);
        text.follow(false);
        assertThat(told).containsExactly("one\n", "two\n");
        text.follow(true);
        assertThat(told).containsExactly("one\n", "two\n", "three");
        assertThat(text.lastLines()).containsExactly("one", "two", "three");
    }

    @Test
    void whoLooksAfterTheEndSeesNothingOfTheNextCommand() throws IOException {
        CommandText text = text();
        text.follow(true);
        write("of another\n");
        text.follow(false);
        assertThat(told).isEmpty();
    }

    @Test
    void muchIsToldInPartsWithoutCuttingLinesOrCharacters() throws IOException {
        String lines = "some line\n".repeat(20_000);
        String longLine = "x" + "é".repeat(100_000);
        write(lines + longLine);
        text().follow(true);

        assertThat(String.join("", told)).isEqualTo(lines + longLine);
        assertThat(told).hasSizeGreaterThan(3).allMatch(part -> part.length() <= 64 << 10);
        assertThat(told.get(0)).endsWith("\n");
    }

    @Test
    void ofWhatIsTooMuchTheStartIsToldAndHowMuchFollows() throws IOException {
        write("line\n".repeat(40_000));
        text().tellStart(100_000);

        String all = String.join("", told);
        assertThat(all).startsWith("line\nline\n").contains(" more bytes of a command that failed]");
        assertThat(all.length()).isBetween(100_000, 140_000);

        told.clear();
        Files.delete(file());
        write("all of it");
        text().tellStart(100_000);
        assertThat(told).containsExactly("all of it");
    }

    @Test
    void whatWasNeverWrittenIsNoTrouble() throws IOException {
        text().follow(true);
        text().tellStart(1);
        assertThat(told).isEmpty();
    }
}
