package io.sheaf.examples;

import io.sheaf.Pool;
import java.util.stream.IntStream;

/**
 * A loop whose rounds run at the same time.
 *
 * <pre>
 * roots = Parallel(n_jobs=2)(delayed(math.sqrt)(i * i) for i in range(10))
 * </pre>
 */
public final class Delayed {
    private Delayed() {}

    public static void main(String[] arguments) {
        try (Pool pool = Pool.processes(2)) {
            Iterable<Integer> numbers = IntStream.range(0, 10)::iterator;
            System.out.println(pool.map(i -> Math.sqrt(i * i), numbers));
        }
    }
}
