package io.sheaf.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** 200 files of 1 MB with five columns, the same each time. */
final class CsvFiles {
    private static final int FILES = 200;
    private static final int BYTES = 1_000_000;

    private final Random random = new Random(20240101);
    private final List<String> words = IntStream.range(0, 1000)
            .mapToObj(number -> random.ints(5 + random.nextInt(8), 'a', 'z' + 1)
                    .mapToObj(letter -> String.valueOf((char) letter))
                    .collect(Collectors.joining()))
            .toList();

    private CsvFiles() {}

    static void write(Path directory) throws IOException {
        CsvFiles files = new CsvFiles();
        for (int number = 0; number < FILES; number++) {
            files.write(directory.resolve(String.format("part-%04d.csv", number)), number * 100_000);
        }
    }

    private void write(Path file, int firstId) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            out.write("id,name,qty,price,city\n");
            int written = 0;
            for (int id = firstId; written < BYTES; id++) {
                String line = String.format(
                        Locale.ROOT,
                        "%d,%s,%d,%.4f,%s%n",
                        id,
                        word(),
                        1 + random.nextInt(1000),
                        random.nextDouble() * 100,
                        word());
                out.write(line);
                written += line.length();
            }
        }
    }

    private String word() {
        return words.get(random.nextInt(words.size()));
    }
}
