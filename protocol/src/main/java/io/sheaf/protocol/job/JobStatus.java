package io.sheaf.protocol.job;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a job stands.
 *
 * @param id the job
 * @param name for people
 * @param state where it is in its life
 * @param total how many items; empty while the source has not ended
 * @param succeeded items with a result
 * @param failed items that failed for good
 * @param running items handed to workers and not ended
 * @param requeued items that went back because a process died, counted each time
 * @param retried items that threw and were run again, counted each time
 * @param submittedAt milliseconds since 1970
 * @param endedAt milliseconds since 1970; empty while it has not ended
 * @param reason why it failed as a whole or was cancelled
 */
public record JobStatus(
        JobId id,
        String name,
        JobState state,
        OptionalLong total,
        long succeeded,
        long failed,
        long running,
        long requeued,
        long retried,
        long submittedAt,
        OptionalLong endedAt,
        Optional<String> reason) {}
