package io.sheaf.examples;

import io.sheaf.Pool;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Pi, by darts thrown all over a cluster: the one that {@code SHEAF_CLUSTER} names.
 *
 * <pre>
 * client = dask.distributed.Client(address)
 * hits = sum(client.gather(client.map(throw, range(1000))))
 * print(4 * hits / (1000 * 100_000))
 * </pre>
 */
public final class MonteCarloPi {
    private static final int ROUNDS = 1_000;
    private static final int DARTS = 100_000;

    private MonteCarloPi() {}

    public static void main(String[] arguments) {
        try (Pool pool = Pool.connect()) {
            Iterable<Long> seeds = LongStream.range(0, ROUNDS)::iterator;
            long hits = pool.mapReduce(MonteCarloPi::hits, Long::sum, seeds).orElseThrow();
            System.out.println(4.0 * hits / ((double) ROUNDS * DARTS));
        }
    }

    static long hits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return LongStream.range(0, DARTS)
                .filter(dart -> Math.hypot(random.nextDouble(), random.nextDouble()) < 1)
                .count();
    }
}
