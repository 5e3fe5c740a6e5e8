package io.sheaf.examples;

import io.sheaf.Pool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often each word is in some files: counted file by file, and added up where it was counted.
 *
 * <pre>
 * with multiprocessing.Pool(2) as pool:
 *     counts = functools.reduce(operator.add, pool.imap(lambda f: Counter(open(f).read().split()), files))
 * print(counts)
 * </pre>
 */
public final class CountWords {
    private CountWords() {}

    public static void main(String[] files) {
        try (Pool pool = Pool.processes(2)) {
            System.out.println(pool.mapReduce(CountWords::in, CountWords::add, Arrays.asList(files)));
        }
    }

    static Map<String, Integer> in(String file) throws IOException {
        String[] words = Files.readString(Path.of(file)).split("\\W+");
        return Arrays.stream(words).reduce(Map.of(), (counts, word) -> add(counts, Map.of(word, 1)), CountWords::add);
    }

    static Map<String, Integer> add(Map<String, Integer> some, Map<String, Integer> others) {
        Map<String, Integer> sum = new TreeMap<>(some);
        others.forEach((word, count) -> sum.merge(word, count, Integer::sum));
        return sum;
    }
}
