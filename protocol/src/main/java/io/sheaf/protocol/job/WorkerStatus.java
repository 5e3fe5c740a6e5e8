package io.sheaf.protocol.job;

/**
 * A worker as the coordinator sees it.
 *
 * @param info who it is
 * @param busy slots' worth of items handed to it and not ended, at most its slots
 * @param joinedAt milliseconds since 1970
 * @param completed items it completed since it joined
 * @param leaving whether it takes nothing new
 * @param clockAhead how many milliseconds its clock was ahead of the coordinator's when it joined, but for the way between
 */
public record WorkerStatus(
        WorkerInfo info, int busy, long joinedAt, long completed, boolean leaving, long clockAhead) {}
