package io.sheaf.coordinator.scheduling;

/** How long the items of a job take, from what is reported of them. */
final class Pace {
    /** Until this many items were measured, what is known of slow ones means nothing. */
    private static final long ENOUGH = 8;

    private static final int BUCKETS = 256;
    private static final double PER_DOUBLING = 4;

    private final long[] counts;
    private double nanosPerItem;
    private double bytesPerResult;
    private long measured;
    private double total;

    /** @param distribution whether {@link #percentile95} will be asked for */
    Pace(boolean distribution) {
        counts = new long[distribution ? BUCKETS : 0];
    }

    /** The moving average; 0: nothing was measured. */
    double nanosPerItem() {
        return nanosPerItem;
    }

    /** What a result takes to send, as a moving average; 0: nothing was measured. */
    double bytesPerResult() {
        return bytesPerResult;
    }

    /** All that was measured, in slot-time. */
    double total() {
        return total;
    }

    /** So many items ran for so long, together. */
    void measured(long items, long nanos) {
        if (items <= 0) {
            return;
        }
        double each = Math.max(1, (double) nanos / items);
        // A report covers about 10 ms, so that items that take longer come alone and are known exactly.
        nanosPerItem = nanosPerItem == 0 ? each : nanosPerItem + 0.2 * (each - nanosPerItem);
        if (counts.length > 0) {
            counts[bucket(each)] += items;
        }
        measured += items;
        total += nanos;
    }

    /** So many items had results of so many bytes, together. */
    void weighed(long items, long bytes) {
        if (items > 0) {
            double each = (double) bytes / items;
            bytesPerResult = bytesPerResult == 0 ? each : bytesPerResult + 0.2 * (each - bytesPerResult);
        }
    }

    /** An item ended that nothing is known of. */
    void unmeasured(double guessedNanos) {
        total += nanosPerItem == 0 ? guessedNanos : nanosPerItem;
    }

    /** What 95 of 100 items take at most, within a fifth; 0: not known. */
    double percentile95() {
        if (measured < ENOUGH || counts.length == 0) {
            return 0;
        }
        long above = measured / 20;
        int bucket = BUCKETS - 1;
        for (long seen = counts[bucket]; seen <= above && bucket > 0; ) {
            bucket--;
            seen += counts[bucket];
        }
        return Math.pow(2, (bucket + 1) / PER_DOUBLING);
    }

    private static int bucket(double nanos) {
        return Math.min(BUCKETS - 1, (int) (PER_DOUBLING * Math.log(nanos) / Math.log(2)));
    }
}
