package io.sheaf.builtins;

import java.util.Arrays;

/**
 * The sieve of Eratosthenes over odd numbers, one segment at a time (C. Bays and R. H. Hudson, "The segmented sieve of
 * Eratosthenes and primes in arithmetic progressions to 10<sup>12</sup>", BIT 17, 1977).
 */
final class OddSieve {

    /** Odd numbers per segment, a byte each: what a processor's first-level cache holds. */
    private static final int SMALLEST_SEGMENT = 32 * 1024;

    private final long limit;
    private final int[] primes;

    /** Per prime, the index of its next multiple, counted from the start of the current segment. */
    private final long[] next;

    private final byte[] composite;

    /** Sieves up to {@code limit}, at least 2. */
    OddSieve(long limit) {
        this.limit = limit;
        int root = (int) Math.sqrt((double) limit) + 1;
        this.primes = oddPrimes(root);
        this.next = new long[primes.length];
        for (int i = 0; i < primes.length; i++) {
            next[i] = ((long) primes[i] * primes[i] - 1) / 2;
        }
        // Shorter than the largest prime, a segment would cost more for visiting primes than for striking multiples.
        this.composite = new byte[Math.max(SMALLEST_SEGMENT, root)];
    }

    /** Index i stands for 2i + 1. Index 0 is never struck: it counts 2, the one even prime, instead of 1. */
    long count() throws InterruptedException {
        long size = (limit + 1) / 2;
        long count = 0;
        for (long start = 0; start < size; start += composite.length) {
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while counting the primes up to " + limit);
            }
            count += countSegment((int) Math.min(composite.length, size - start));
        }
        return count;
    }

    private int countSegment(int length) {
        Arrays.fill(composite, (byte) 0);
        for (int i = 0; i < primes.length; i++) {
            next[i] = strike(composite, next[i], primes[i]) - composite.length;
        }
        int struck = 0;
        for (int i = 0; i < length; i++) {
            struck += composite[i];
        }
        return length - struck;
    }

    private static long strike(byte[] composite, long from, int step) {
        if (from >= composite.length) {
            return from;
        }
        int at = (int) from;
        for (; at < composite.length; at += step) {
            composite[at] = 1;
        }
        return at;
    }

    private static int[] oddPrimes(int limit) {
        boolean[] struck = new boolean[limit / 2 + 1];
        int[] found = new int[struck.length];
        int count = 0;
        for (int i = 1; 2 * i + 1 <= limit; i++) {
            if (!struck[i]) {
                int prime = 2 * i + 1;
                found[count++] = prime;
                for (long multiple = (long) prime * prime; multiple <= limit; multiple += 2L * prime) {
                    struck[(int) (multiple / 2)] = true;
                }
            }
        }
        return Arrays.copyOf(found, count);
    }
}
