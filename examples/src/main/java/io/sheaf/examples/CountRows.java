package io.sheaf.examples;

import io.sheaf.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A function over files, in three processes. Takes CSV files as arguments.
 *
 * <pre>
 * with multiprocessing.Pool(3) as pool:
 *     for file, rows in zip(files, pool.map(count_rows, files)):
 *         print(file, rows)
 * </pre>
 */
public final class CountRows {
    private CountRows() {}

    public static void main(String[] files) {
        try (Pool pool = Pool.processes(3)) {
            List<Long> rows = pool.map(CountRows::of, Arrays.asList(files));
            for (int i = 0; i < files.length; i++) {
                System.out.println(files[i] + " " + rows.get(i));
            }
        }
    }

    static long of(String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.count() - 1;
        }
    }
}
