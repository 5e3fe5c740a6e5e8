package io.sheaf.builtins;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one column so far.
 *
 * <p>Mean and deviation by Welford's method, which loses no precision where the mean is large beside the deviation:
 * B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4 (3), 1962;
 * also D. E. Knuth, "The Art of Computer Programming", volume 2, section 4.2.2.
 */
final class ColumnTally {

    private final String name;
    private final DecimalScanner scanner;
    private boolean text;
    private boolean fractions;
    private long empty;
    private long count;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    private double squares;

    ColumnTally(String name, DecimalScanner scanner) {
        this.name = name;
        this.scanner = scanner;
    }

    void add(char[] buffer, int from, int length) {
        if (length == 0) {
            empty++;
        } else if (!text) {
            DecimalScanner.Kind kind = scanner.scan(buffer, from, length);
            if (kind == DecimalScanner.Kind.TEXT) {
                text = true;
            } else {
                fractions |= kind == DecimalScanner.Kind.NUMBER;
                add(scanner.value());
            }
        }
    }

    private void add(double value) {
        count++;
        double delta = value - mean;
        mean += delta / count;
        squares += delta * (value - mean);
        if (value < min) {
            min = value;
        }
        if (value > max) {
            max = value;
        }
    }

    CsvSummary.Column column() {
        if (text || count == 0) {
            String type = text ? CsvSummary.Column.TEXT : CsvSummary.Column.EMPTY;
            return new CsvSummary.Column(name, type, empty, null, null, null, null);
        }
        String type = fractions ? CsvSummary.Column.NUMBER : CsvSummary.Column.INTEGER;
        Double deviation = count < 2 ? null : finite(Math.sqrt(squares / (count - 1)));
        return new CsvSummary.Column(name, type, empty, min, max, finite(mean), deviation);
    }

    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
