package io.sheaf.worker.process;

/** A process that executors share; most often it is for one. Safe for use by many threads. */
public interface ExecutorHost {
    /**
     * Another executor in this process: a lane, which runs one item at a time beside those of the others. Returns at once;
     * it says {@code Ready} when it is, and is told dead at once when the process is.
     */
    ExecutorPort join(ExecutorEvents events);
}
