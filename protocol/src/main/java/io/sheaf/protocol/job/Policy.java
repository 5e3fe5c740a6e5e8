package io.sheaf.protocol.job;

import io.sheaf.JobOptions;
import io.sheaf.Workload;
import java.util.List;

/**
 * How the items of a job are run.
 *
 * @param chunkSize at most this many items are handed to a slot at once; 0: adaptive
 * @param attempts what becomes of items that fail
 * @param share what the job may take of the cluster
 * @param itemsPerProcess an executor is replaced after so many items of the job; 0: never for that reason
 * @param speculative near the end, items that take far longer than others are started elsewhere too
 * @param workload whether the items compute or wait
 */
public record Policy(
        int chunkSize, Attempts attempts, Share share, int itemsPerProcess, boolean speculative, Workload workload) {
    /** {@link Attempts#maxFails} without a limit. */
    public static final long ANY = -1;

    private static final Policy DEFAULTS =
            new Policy(0, new Attempts(0, 100, 0, ANY), new Share(0, 1, 0, List.of()), 0, false, Workload.CPU);

    /**
     * What becomes of items that fail.
     *
     * @param retries how often an item that threw is run again
     * @param backoffMillis how long an item waits for its first retry; twice as long for each further one
     * @param timeoutMillis how long an item may run before it is stopped; 0: as long as it takes
     * @param maxFails after more failed items than this the rest is cancelled; {@link #ANY}: never
     */
    public record Attempts(int retries, long backoffMillis, long timeoutMillis, long maxFails) {}

    /**
     * What a job may take of the cluster.
     *
     * @param priority jobs of a higher one go first
     * @param weight the job's part of the slot-time among jobs of the same priority; at least 1
     * @param atOnce at most so many items at a time; 0: as many as there is room for
     * @param requires what each running item takes of its worker
     */
    public record Share(int priority, int weight, int atOnce, List<Requirement> requires) {
        /** Copies the list. */
        public Share {
            requires = List.copyOf(requires);
        }
    }

    /** No retries, no limits, priority 0, weight 1. */
    public static Policy defaults() {
        return DEFAULTS;
    }

    /** What the options of a user say about it. Their requirements come in the order of their names. */
    public static Policy of(JobOptions options) {
        List<Requirement> requires = options.requires().entrySet().stream()
                .map(entry -> new Requirement(entry.getKey(), Math.round(entry.getValue() * 1000)))
                .toList();
        return new Policy(
                options.chunkSize(),
                new Attempts(
                        options.retries(),
                        options.retryBackoff().toMillis(),
                        options.timeout().toMillis(),
                        ANY),
                new Share(options.priority(), options.weight(), 0, requires),
                options.maxTasksPerProcess(),
                options.speculative(),
                options.workload());
    }

    /** This with another bound on what a slot is handed at once. */
    public Policy withChunkSize(int size) {
        return new Policy(size, attempts, share, itemsPerProcess, speculative, workload);
    }

    /** This with another answer to failures. */
    public Policy withAttempts(Attempts other) {
        return new Policy(chunkSize, other, share, itemsPerProcess, speculative, workload);
    }

    /** This with another share. */
    public Policy withShare(Share other) {
        return new Policy(chunkSize, attempts, other, itemsPerProcess, speculative, workload);
    }

    /** This with another life of executors. */
    public Policy withItemsPerProcess(int items) {
        return new Policy(chunkSize, attempts, share, items, speculative, workload);
    }

    /** This with or without second attempts at slow items. */
    public Policy withSpeculative(boolean on) {
        return new Policy(chunkSize, attempts, share, itemsPerProcess, on, workload);
    }

    /** This for items of another kind. */
    public Policy withWorkload(Workload other) {
        return new Policy(chunkSize, attempts, share, itemsPerProcess, speculative, other);
    }
}
