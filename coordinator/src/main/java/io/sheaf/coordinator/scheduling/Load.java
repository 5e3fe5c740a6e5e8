package io.sheaf.coordinator.scheduling;

/**
 * What a worker does and has done.
 *
 * @param busy how many of its slots have an item
 * @param completed items
 */
public record Load(int busy, long completed) {}
