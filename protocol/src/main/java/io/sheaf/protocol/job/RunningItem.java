package io.sheaf.protocol.job;

import java.util.OptionalInt;

/**
 * An item that an executor runs.
 *
 * @param job whose
 * @param lease under which it was granted
 * @param index which
 * @param millis for how long, so far
 * @param permille how far it says that it is, from 0 to 1000; empty as long as it says nothing
 * @param waits whether it does nothing but wait for what it has started, and others run in its slot
 */
public record RunningItem(JobId job, LeaseId lease, long index, long millis, OptionalInt permille, boolean waits) {}
