package io.sheaf.coordinator.scheduling;

/**
 * How many items a worker gets at once: guided self-scheduling (Polychronopoulos and Kuck, 1987), a share of half of what
 * remains, so that leases shrink towards the end; weighted by slots and speed as in weighted factoring (Hummel et al.,
 * 1996); bounded by measured work, since without more than that a worker does not run dry either, and by bytes.
 */
final class LeaseSize {
    /**
     * Less than this for each slot is not worth a lease of its own: where items are brief, all that remains would go to the
     * same worker at once, in ever smaller parts.
     */
    private static final double SHORTEST_NANOS = 1e6;

    private static final double LONGEST_NANOS = 500e6;
    private static final double LONGEST_NANOS_OF_OPEN_INPUT = 200e6;
    private static final long MOST_BYTES = 8 << 20;
    private static final long MOST_ITEMS = 1 << 22;

    private LeaseSize() {}

    /**
     * At least 1 and at most what remains.
     *
     * @param allPower the slots of all workers, each times its worker's speed
     */
    static long of(JobEntry job, WorkerEntry worker, double allPower) {
        long remaining = job.unassigned();
        double power = worker.slots * worker.speed();
        double most = remaining * power / (2.0 * Math.max(power, allPower));
        if (job.pace.nanosPerItem() == 0) {
            most = Math.min(most, 2.0 * worker.slots);
        } else {
            double longest = job.inputEnded() ? LONGEST_NANOS : LONGEST_NANOS_OF_OPEN_INPUT;
            double perNano = worker.slots / worker.nanosPerItem(job);
            most = Math.min(Math.max(most, SHORTEST_NANOS * perNano), longest * perNano);
        }
        most = Math.min(most, MOST_ITEMS);
        double bytes = job.bytesPerItem();
        if (bytes > 0) {
            most = Math.min(most, MOST_BYTES / bytes);
        }
        // One for each idle slot, and no reserve: slow items wait best where anybody can still take them.
        long idle = Math.max(1, worker.slots - worker.openItems());
        long atLeast = bytes * idle > MOST_BYTES ? 1 : Math.min(idle, (remaining + 1) / 2);
        return Math.max(atLeast, Math.min(remaining, (long) most));
    }

    /** What a worker gets of a job that has less than its share of the cluster, though its slots are taken. */
    static long ofShare(JobEntry job, WorkerEntry worker, double share) {
        double nanos = WorkerEntry.LOW_NANOS * worker.slots * share;
        double bytes = job.bytesPerItem();
        double most = Math.min(nanos / worker.nanosPerItem(job), bytes > 0 ? MOST_BYTES / bytes : MOST_ITEMS);
        return Math.max(1, Math.min((job.unassigned() + 1) / 2, (long) most));
    }
}
