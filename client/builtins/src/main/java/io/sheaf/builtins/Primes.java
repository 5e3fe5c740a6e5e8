package io.sheaf.builtins;

import io.sheaf.RemoteFunction;

/**
 * {@code primes}: the number of primes up to and including n, by sieving; 0 for n below 2.
 *
 * <p>Segmented, so memory grows with the root of n only: less than 1 MiB for 10<sup>9</sup>, which takes a second or two,
 * and for every n that one would wait for. An interrupt ends it at once. Stateless, hence safe for use by many threads.
 */
public final class Primes implements RemoteFunction<Long, Long> {

    private static final long LIMIT = 100_000_000_000_000L;

    /**
     * Counts.
     *
     * @throws IllegalArgumentException if n exceeds 10<sup>14</sup>, which would take days
     * @throws InterruptedException if the thread is interrupted
     */
    @Override
    public Long apply(Long n) throws InterruptedException {
        if (n > LIMIT) {
            throw new IllegalArgumentException(
                    "Cannot count the primes up to " + n + " in reasonable time. Give a number up to " + LIMIT + ".");
        }
        return n < 2 ? 0L : new OddSieve(n).count();
    }
}
