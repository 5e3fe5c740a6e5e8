package io.sheaf.coordinator.scheduling;

/**
 * How many items a worker gets at once: guided self-scheduling (Polychronopoulos and Kuck, 1987), a share of half of what
 * remains, so that leases shrink towards the end; bounded by measured work, since without more than that a worker does
 * not run dry either, and by bytes.
 */
final class LeaseSize {
    private static final double LONGEST_NANOS = 500e6;
    private static final double LONGEST_NANOS_OF_OPEN_INPUT = 200e6;
    private static final long MOST_BYTES = 8 << 20;
    private static final long MOST_ITEMS = 1 << 22;

    private LeaseSize() {}

    /**
     * At least 1 and at most what remains.
     *
     * @param allSlots of all workers
     */
    static long of(JobEntry job, WorkerEntry worker, int allSlots) {
        long remaining = job.unassigned();
        double share = (double) remaining * worker.slots / (2.0 * Math.max(worker.slots, allSlots));
        double most = Math.min(share, MOST_ITEMS);
        if (job.nanosPerItem() == 0) {
            most = Math.min(most, 2.0 * worker.slots);
        } else {
            double longest = job.inputEnded() ? LONGEST_NANOS : LONGEST_NANOS_OF_OPEN_INPUT;
            most = Math.min(most, longest * worker.slots / job.nanosPerItem());
        }
        double bytes = job.bytesPerItem();
        if (bytes > 0) {
            most = Math.min(most, MOST_BYTES / bytes);
        }
        // One for each idle slot, and no reserve: slow items wait best where anybody can still take them.
        long idle = Math.max(1, worker.slots - worker.openItems());
        long atLeast = bytes * idle > MOST_BYTES ? 1 : Math.min(idle, (remaining + 1) / 2);
        return Math.max(atLeast, Math.min(remaining, (long) most));
    }
}
