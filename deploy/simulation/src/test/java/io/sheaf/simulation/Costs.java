package io.sheaf.simulation;

import java.util.Map;
import java.util.Set;
import java.util.function.LongUnaryOperator;

/**
 * What the items of a job do when they run; the same at each attempt, unless said otherwise.
 *
 * @param nanos how long the item of an index runs on a worker of ordinary speed
 * @param failures how often an item throws before it succeeds; items that are not named never do
 * @param poison items that end their process
 * @param stubborn how many of a thousand items do not end when they are interrupted
 * @param brokenStart whether the initializer of the job throws
 */
record Costs(
        LongUnaryOperator nanos, Map<Long, Integer> failures, Set<Long> poison, int stubborn, boolean brokenStart) {
    /** All alike. */
    static Costs of(long nanosEach) {
        return of(index -> nanosEach);
    }

    static Costs of(LongUnaryOperator nanos) {
        return new Costs(nanos, Map.of(), Set.of(), 0, false);
    }

    /** The same of items of which nothing goes wrong. */
    Costs wellBehaved() {
        return of(nanos);
    }

    boolean isStubborn(long index) {
        return stubborn > 0 && Math.floorMod(mix(index), 1000) < stubborn;
    }

    /** Whether a thread of the item goes on after an interrupt has ended it. */
    boolean leavesTraces(long index) {
        return stubborn > 0 && Math.floorMod(mix(~index), 8) == 0;
    }

    /** Whether an item that throws does so because memory has run out. */
    boolean exhaustsMemory(long index) {
        return Math.floorMod(mix(index), 5) == 0;
    }

    /** Well spread numbers for neighbouring ones (the finalizer of SplitMix64). */
    static long mix(long number) {
        long z = number + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
