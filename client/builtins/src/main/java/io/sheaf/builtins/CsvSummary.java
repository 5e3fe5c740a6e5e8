package io.sheaf.builtins;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.sheaf.RemoteFunction;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code csv-summary}: what is in a CSV file, column by column.
 *
 * <p>Reads RFC 4180 with a header row: fields separated by commas, quoted where they hold commas, quotes or line breaks;
 * lines ended by LF, CRLF or CR; UTF-8 with or without byte order mark. Blank lines are skipped. Memory stays constant
 * whatever the size of the file, as long as no field exceeds 16 million characters.
 *
 * <p>Stateless, hence safe for use by many threads.
 */
public final class CsvSummary implements RemoteFunction<Path, CsvSummary.Summary> {

    /**
     * The summary of one file.
     *
     * @param file the path as it was given
     * @param rows the number of records after the header
     * @param columns the number of columns in the header
     * @param perColumn one entry per column, in the order of the header
     */
    public record Summary(String file, long rows, int columns, List<Column> perColumn) implements Serializable {}

    /**
     * One column. Statistics are over the values that are there: empty fields do not count.
     *
     * @param name as in the header, possibly empty or used twice
     * @param type {@value #EMPTY} if no row has a value; {@value #INTEGER} if all values are digits with an optional
     *     sign; {@value #NUMBER} if all are decimal numbers, some with a fraction or an exponent; else {@value #TEXT}.
     *     Spaces and tabs around a number are ignored; {@code NaN}, {@code inf}, and what exceeds a double are text
     * @param empty the number of fields without any character, quoted or not
     * @param min the smallest value as the nearest double (so are the next three); null unless the column is numeric
     * @param max the largest value; null unless the column is numeric
     * @param mean the arithmetic mean; null unless the column is numeric, and where it overflows
     * @param standardDeviation of the sample (divided by n-1), in the unit of the values; null unless the column is
     *     numeric and has two values or more, and where it overflows
     */
    public record Column(
            String name,
            String type,
            long empty,
            @Nullable Double min,
            @Nullable Double max,
            @Nullable Double mean,
            @Nullable Double standardDeviation)
            implements Serializable {
        public static final String EMPTY = "empty";
        public static final String INTEGER = "integer";
        public static final String NUMBER = "number";
        public static final String TEXT = "text";
    }

    /**
     * Reads one file.
     *
     * @throws InputFileException if the file is missing or cannot be read, or is no CSV: an unclosed quote, text after a
     *     closing quote, a row with more or fewer fields than the header, no header, bytes that are not UTF-8. The
     *     message gives file, line, and what to do
     */
    @Override
    public Summary apply(Path file) throws IOException {
        CsvTable table = new CsvTable();
        try (Utf8Reader text = new Utf8Reader(Files.newInputStream(file))) {
            read(file, text, table);
        } catch (InputFileException alreadyExplained) {
            throw alreadyExplained;
        } catch (IOException failure) {
            throw InputFileException.unreadable(file, failure);
        }
        if (!table.hasHeader()) {
            throw InputFileException.malformed(
                    file, 1, "no header row", "A CSV file starts with a row of column names; this one is empty.");
        }
        List<Column> columns = table.columns();
        return new Summary(file.toString(), table.rows(), columns.size(), columns);
    }

    private static void read(Path file, Utf8Reader text, CsvTable table) throws IOException {
        try {
            // The table keeps every record to itself, so the first one that comes out is the end of the file.
            CsvReader.builder().allowUnclosedQuote(false).build(table, text).forEach(none -> {});
        } catch (CsvParseException malformed) {
            // One with a cause is no finding of the parser's but something wrapped by it, such as a lack of memory.
            if (malformed.getCause() != null) {
                throw malformed;
            }
            throw table.explain(file, malformed);
        } catch (UncheckedIOException wrapped) {
            IOException cause = wrapped.getCause();
            if (cause instanceof CharacterCodingException) {
                throw InputFileException.notUtf8(file, table.line(), text.offset());
            }
            throw cause;
        }
    }
}
