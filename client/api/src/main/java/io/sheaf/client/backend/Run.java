package io.sheaf.client.backend;

/** Something that a back end runs. Safe for use by many threads. */
public interface Run {
    /** Asks for it to be run; returns at once. */
    void start();

    /**
     * Waits until it was accepted.
     *
     * @throws io.sheaf.JobRejectedException when it was refused
     * @throws io.sheaf.ClusterUnreachableException when the connection is gone
     * @throws java.util.concurrent.CancellationException when interrupted; the flag is restored
     */
    void awaitAccepted();

    /** Cancels it; its end is told once nothing of it runs any more. */
    void cancel();
}
