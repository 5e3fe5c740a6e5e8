package io.sheaf;

/** What the items of a job mostly do. */
public enum Workload {
    /** They compute: one at a time on each slot. */
    CPU,
    /**
     * They wait, as for a network: very many at a time, in one process of each worker, in virtual threads where the JVM
     * has them.
     */
    IO
}
