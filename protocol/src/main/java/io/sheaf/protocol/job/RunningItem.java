package io.sheaf.protocol.job;

/**
 * An item that an executor runs.
 *
 * @param job whose
 * @param lease under which it was granted
 * @param index which
 * @param millis for how long, so far
 */
public record RunningItem(JobId job, LeaseId lease, long index, long millis) {}
