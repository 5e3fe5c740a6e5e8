/**
 * The functions that come with Sheaf, for work that needs no code of one's own: {@link io.sheaf.builtins.CsvSummary},
 * {@link io.sheaf.builtins.WordCount}, {@link io.sheaf.builtins.Fetch}, {@link io.sheaf.builtins.Primes}.
 *
 * <p>They are ordinary remote functions, shipped like a user's code; {@code META-INF/sheaf/builtins.properties} gives
 * each its name on the command line. To read: {@code CsvSummary}, then what it is made of, {@code CsvTable},
 * {@code ColumnTally} and {@code DecimalScanner}; {@code Utf8Reader} and {@link io.sheaf.builtins.InputFileException}
 * serve both functions on files.
 */
@NullMarked
package io.sheaf.builtins;

import org.jspecify.annotations.NullMarked;
