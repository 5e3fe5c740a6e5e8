package io.sheaf;

/** What the items of a job mostly do. */
public enum Workload {
    /** They compute: one at a time on each slot. */
    CPU,
    /**
     * They wait, as for a network: very many at a time, in one process of each worker, in virtual threads where the JVM
     * has them. An item whose function has returned a {@link java.util.concurrent.CompletionStage} holds no thread until
     * that completes.
     *
     * <p>How many at a time is a setting of each worker: {@code sheaf worker --io-slots N}, in {@code sheaf.conf}
     * {@code worker.io-slots = N}, or the environment variable {@code SHEAF_WORKER_IO_SLOTS}, which
     * {@link Pool#processes} reads, too. Unless set it is 1,000 where the JVM has virtual threads, else 200; at most
     * 10,000. For {@link Pool#threads} see there.
     */
    IO
}
