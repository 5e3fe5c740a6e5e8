package io.sheaf;

import java.time.Duration;
import java.util.Optional;

/** A job of a cluster, whoever has submitted it. Safe for use by many threads; throws what {@link Cluster} throws. */
public interface ClusterJob {
    /**
     * Its id, as {@code sheaf jobs} shows it.
     *
     * @return never empty
     */
    String id();

    /**
     * How it stands now.
     *
     * @return as the coordinator has it, asked for this call
     */
    JobSummary summary();

    /** Asks for it to be cancelled, and returns at once; one that has ended stays as it is. */
    void cancel();

    /**
     * Waits until it has ended.
     *
     * @return how it ended
     */
    JobSummary await();

    /**
     * As {@link #await()}, but not for longer than that; empty then.
     *
     * @param atMost how long, 0 or more
     * @return how it ended; empty when it has not
     */
    Optional<JobSummary> await(Duration atMost);
}
