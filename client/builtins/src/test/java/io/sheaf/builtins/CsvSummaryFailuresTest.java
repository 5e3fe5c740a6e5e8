package io.sheaf.builtins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSummaryFailuresTest {

    @TempDir
    Path directory;

    private AbstractThrowableAssert<?, ?> failureOf(byte[] csv) throws IOException {
        Path file = directory.resolve("bad.csv");
        Files.write(file, csv);
        return assertThatThrownBy(() -> new CsvSummary().apply(file)).isInstanceOf(InputFileException.class);
    }

    private AbstractThrowableAssert<?, ?> failureOf(String csv) throws IOException {
        return failureOf(csv.getBytes(UTF_8));
    }

    private String at(int line) {
        return directory.resolve("bad.csv") + ", line " + line + ": ";
    }

    @Test
    void aMissingFileIsNamedWithTheFolderItWasLookedForIn() {
        Path missing = Path.of("no-such-folder", "missing.csv");
        assertThatThrownBy(() -> new CsvSummary().apply(missing))
                .isInstanceOf(InputFileException.class)
                .hasMessageStartingWith(missing + ": no such file (" + missing.toAbsolutePath() + ")")
                .hasMessageContaining("Every worker must see it");
    }

    @Test
    void aDirectoryIsNoFile() {
        assertThatThrownBy(() -> new CsvSummary().apply(directory))
                .isInstanceOf(InputFileException.class)
                .hasMessageStartingWith(directory + ": is a directory")
                .hasMessageContaining("--glob '" + directory + "/*'");
    }

    @Test
    void aFileWithoutPermissionSaysSo() throws IOException {
        Path file = directory.resolve("secret.csv");
        Files.writeString(file, "a\n1\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(file), "the super-user may read everything");
        assertThatThrownBy(() -> new CsvSummary().apply(file))
                .isInstanceOf(InputFileException.class)
                .hasMessageStartingWith(file + ": permission denied for user ");
    }

    @Test
    void failuresToReadAreExplainedByTheirCause() {
        Path file = directory.resolve("some.csv");
        assertThat(InputFileException.unreadable(file, new AccessDeniedException(file.toString())))
                .hasMessageStartingWith(file + ": permission denied for user " + System.getProperty("user.name"));
        assertThat(InputFileException.unreadable(file, new IOException("Stale file handle")))
                .hasMessageStartingWith(file + ": reading failed: Stale file handle. ");
        ClosedByInterruptException interrupted = new ClosedByInterruptException();
        assertThat(InputFileException.unreadable(file, interrupted)).isSameAs(interrupted);
    }

    @Test
    void aFileWithoutAHeaderIsNoTable() throws IOException {
        failureOf("").hasMessageStartingWith(at(1) + "no header row");
        failureOf("\uFEFF").hasMessageStartingWith(at(1) + "no header row");
        failureOf("\r\n\r\n").hasMessageStartingWith(at(1) + "no header row");
    }

    @Test
    void anUnclosedQuoteIsFoundOnTheLineWhereItsRecordStarts() throws IOException {
        failureOf("a,b\n1,\"x\ny\"\n2,\"never\nclosed\n3,z\n")
                .hasMessage(at(4) + "Unclosed quoted field at end of input. Fields that hold commas, quotes or line"
                        + " breaks must be quoted, and quotes in them doubled.");
        failureOf("a,\"b").hasMessageStartingWith(at(1) + "Unclosed quoted field");
        failureOf("a\n\"").hasMessageStartingWith(at(2) + "Unclosed quoted field");
    }

    @Test
    void textAfterAClosingQuoteIsRefused() throws IOException {
        failureOf("a,b\r\n1,2\r\n3,\"x\"y\r\n")
                .hasMessageStartingWith(at(3) + "Unexpected character after closing quote: 'y'");
    }

    @Test
    void aRowWithMoreOrFewerFieldsThanTheHeaderIsRefused() throws IOException {
        failureOf("a,b\n1,2\n3\n").hasMessageStartingWith(at(3) + "the row has 1 field, the header has 2 fields. ");
        failureOf("a,b\n\"x\ny\",2\n3,4,5\n")
                .hasMessageStartingWith(at(4) + "the row has 3 fields, the header has 2 fields. ");
        failureOf("a\n1,2\n").hasMessageStartingWith(at(2) + "the row has 2 fields, the header has 1 field. ");
    }

    @Test
    void bytesThatAreNotUtf8AreFoundByLineAndOffset() throws IOException {
        Charset windows = Charset.forName("windows-1252");
        failureOf("a,b\n1,x\n2,\u00E9\n".getBytes(windows))
                .hasMessageStartingWith(at(3) + "the byte at offset 10 is not UTF-8. Convert the file first");
        failureOf("caf\u00E9\n".getBytes(windows)).hasMessageStartingWith(at(1) + "the byte at offset 3 is not UTF-8");
        failureOf(("a\n" + "row\n".repeat(100_000) + "\u00E9\n").getBytes(windows))
                .hasMessageStartingWith(at(100_002) + "the byte at offset 400002 is not UTF-8");
        failureOf("a\n1\n".getBytes(java.nio.charset.StandardCharsets.UTF_16))
                .hasMessageContaining("offset 0 is not UTF-8");
    }

    @Test
    void aFailureDoesNotTouchTheNextFile() throws IOException {
        CsvSummary function = new CsvSummary();
        Path bad = Files.writeString(directory.resolve("bad.csv"), "a,b\n1\n");
        Path good = Files.writeString(directory.resolve("good.csv"), "a,b\n1,2\n");
        assertThatThrownBy(() -> function.apply(bad)).isInstanceOf(InputFileException.class);
        assertThat(function.apply(good).rows()).isEqualTo(1);
    }
}
