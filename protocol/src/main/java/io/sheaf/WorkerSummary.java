package io.sheaf;

import java.time.Instant;

/**
 * A worker as it stood when the cluster was asked.
 *
 * @param name its name
 * @param host the host's name
 * @param pid its process
 * @param slots how many items that compute it runs at once
 * @param busy how many of these slots are taken
 * @param completed items that it has completed since it joined
 * @param joinedAt when it joined, by the coordinator's clock
 */
public record WorkerSummary(
        String name, String host, long pid, int slots, int busy, long completed, Instant joinedAt) {}
