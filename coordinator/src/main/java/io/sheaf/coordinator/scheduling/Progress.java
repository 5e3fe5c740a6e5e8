package io.sheaf.coordinator.scheduling;

import java.util.OptionalLong;

/**
 * How a job stands, in items.
 *
 * @param running handed out and not ended
 * @param requeued given back, counted each time
 * @param total empty while the input has not ended
 */
public record Progress(long succeeded, long failed, long running, long requeued, OptionalLong total) {}
