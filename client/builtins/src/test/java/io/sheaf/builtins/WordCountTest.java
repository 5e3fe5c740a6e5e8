package io.sheaf.builtins;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.builtins.WordCount.Counts;
import io.sheaf.builtins.WordCount.Word;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordCountTest {

    @TempDir
    Path directory;

    private Counts count(String text) throws IOException {
        Path file = directory.resolve("text.txt");
        Files.write(file, text.getBytes(UTF_8));
        return new WordCount().apply(file);
    }

    private String words(String text) throws IOException {
        return String.join(" ", count(text).top().stream().map(Word::word).toList());
    }

    @Test
    void linesWordsAndTheMostFrequentOnesAreCounted() throws IOException {
        Counts counts = count("The cat and the hat.\nThe END, the end!\n");
        assertThat(counts.file()).isEqualTo(directory.resolve("text.txt").toString());
        assertThat(counts.lines()).isEqualTo(2);
        assertThat(counts.words()).isEqualTo(9);
        assertThat(counts.distinct()).isEqualTo(5);
        assertThat(counts.top())
                .containsExactly(
                        new Word("the", 4),
                        new Word("end", 2),
                        new Word("and", 1),
                        new Word("cat", 1),
                        new Word("hat", 1));
    }

    @Test
    void theTopEndsAtTenAndEqualCountsAreInAlphabeticalOrder() throws IOException {
        Counts counts = count("l k j i h g f e d c b a z z");
        assertThat(counts.distinct()).isEqualTo(13);
        assertThat(counts.top())
                .extracting(Word::word)
                .containsExactly("z", "a", "b", "c", "d", "e", "f", "g", "h", "i");
    }

    @ParameterizedTest
    @CsvSource({
        "'',0",
        "a,1",
        "'a\n',1",
        "'a\nb',2",
        "'a\r\nb\r\n',2",
        "'a\rb\r',2",
        "'\n\n\n',3",
        "'\r\n\r\n',2",
        "'\r\r\n',2",
        "'\n\r',2"
    })
    void aLineEndsByAnyLineBreakOrTheEndOfTheFile(String text, long lines) throws IOException {
        assertThat(count(text).lines()).isEqualTo(lines);
    }

    @Test
    void wordsOfAllScriptsAreWords() throws IOException {
        assertThat(words("\uFEFFÉté, ΕΛΛΆΔΑ 2024 東京!")).isEqualTo("2024 été ελλάδα 東京");
        // A combining accent does not end a word, nor does a letter beyond 16 bits.
        assertThat(words("e\u0301te\u0301 x\uD835\uDC9Ey")).isEqualTo("e\u0301te\u0301 x\uD835\uDC9Ey");
    }

    @Test
    void anApostropheBelongsToAWordOnlyInside() throws IOException {
        assertThat(words("don't")).isEqualTo("don't");
        assertThat(words("don\u2019t")).isEqualTo("don't");
        assertThat(words("'quoted' dogs' '' x''y")).isEqualTo("dogs quoted x y");
        assertThat(words("half-time")).isEqualTo("half time");
    }

    @Test
    void aWordMayLieAcrossBuffers() throws IOException {
        Counts counts = count("abc ".repeat(50_000) + "x".repeat(100_000));
        assertThat(counts.words()).isEqualTo(50_001);
        assertThat(counts.top()).containsExactly(new Word("abc", 50_000), new Word("x".repeat(100_000), 1));
    }

    @Test
    void anEmptyFileHasNothing() throws IOException {
        Counts counts = count("");
        assertThat(counts.words()).isZero();
        assertThat(counts.top()).isEmpty();
    }

    @Test
    void aFileThatIsMissingOrNotTextFailsInWordsThatSayWhere() throws IOException {
        Path missing = directory.resolve("missing.txt");
        assertThatThrownBy(() -> new WordCount().apply(missing))
                .isInstanceOf(InputFileException.class)
                .hasMessageStartingWith(missing + ": no such file");
        assertThatThrownBy(() -> new WordCount().apply(directory))
                .isInstanceOf(InputFileException.class)
                .hasMessageContaining("is a directory");
        Path latin = directory.resolve("latin.txt");
        Files.write(latin, "one\r\ntwo\rcaf\u00E9\n".getBytes(ISO_8859_1));
        assertThatThrownBy(() -> new WordCount().apply(latin))
                .isInstanceOf(InputFileException.class)
                .hasMessageStartingWith(latin + ", line 3: the byte at offset 12 is not UTF-8");
    }
}
