package io.sheaf.simulation;

import java.util.SplittableRandom;

/** What may go wrong at workers, until it may not any more. For one simulation. */
final class Faults {
    private final SplittableRandom random;
    private final Conditions conditions;
    private double slowStarts;
    private double failedStarts;
    private double missingCode;

    Faults(SplittableRandom random, Conditions conditions) {
        this.random = random;
        this.conditions = conditions;
    }

    /** How probably an executor needs ten times as long to start, does not come up at all, and code cannot be had. */
    void set(double slow, double failed, double missing) {
        slowStarts = slow;
        failedStarts = failed;
        missingCode = missing;
    }

    long startNanos() {
        return isSo(slowStarts) ? 10 * conditions.start() : conditions.start();
    }

    boolean startFails() {
        return isSo(failedStarts);
    }

    boolean codeIsMissing() {
        return isSo(missingCode);
    }

    private boolean isSo(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }
}
