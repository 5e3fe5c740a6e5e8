package io.sheaf.builtins;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.RecordType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes fields straight from the parser's buffer, so that reading leaves no garbage: the first record names the columns,
 * every other one is counted. Not thread-safe.
 */
final class CsvTable extends AbstractBaseCsvCallbackHandler<CsvTable> {

    private final List<String> header = new ArrayList<>();
    private final DecimalScanner scanner = new DecimalScanner();
    private ColumnTally[] tallies = {};
    private boolean hasHeader;
    private long rows;

    @Override
    protected void handleField(int index, char[] buffer, int from, int length, boolean quoted) {
        if (index < tallies.length) {
            tallies[index].add(buffer, from, length);
        } else if (!hasHeader) {
            header.add(new String(buffer, from, length));
        }
    }

    /** Ends a record; null tells the parser that there is nothing to pass on. */
    @Override
    protected @Nullable CsvTable buildRecord() {
        if (getRecordType() != RecordType.DATA) {
            return null;
        }
        if (!hasHeader) {
            hasHeader = true;
            tallies =
                    header.stream().map(name -> new ColumnTally(name, scanner)).toArray(ColumnTally[]::new);
        } else if (getFieldCount() == tallies.length) {
            rows++;
        } else {
            throw new CsvParseException(
                    "the row has " + fields(getFieldCount()) + ", the header has " + fields(tallies.length));
        }
        return null;
    }

    private static String fields(int count) {
        return count == 1 ? "1 field" : count + " fields";
    }

    boolean hasHeader() {
        return hasHeader;
    }

    long rows() {
        return rows;
    }

    /** The line on which the current record starts, from 1. */
    long line() {
        return getStartingLineNumber();
    }

    List<CsvSummary.Column> columns() {
        List<CsvSummary.Column> columns = new ArrayList<>(tallies.length);
        for (ColumnTally tally : tallies) {
            columns.add(tally.column());
        }
        return List.copyOf(columns);
    }

    InputFileException explain(Path file, CsvParseException malformed) {
        String what = String.valueOf(malformed.getMessage()).replaceFirst(" \\(record starting at line \\d+\\)$", "");
        return InputFileException.malformed(
                file,
                line(),
                what,
                "Fields that hold commas, quotes or line breaks must be quoted, and quotes in them doubled.");
    }
}
