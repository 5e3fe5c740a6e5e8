package io.sheaf.protocol.job;

/**
 * What a task printed.
 *
 * @param index the item that was running
 * @param error whether to stderr rather than stdout
 * @param text as printed, possibly several lines, possibly ending in the middle of one
 */
public record Output(long index, boolean error, String text) {}
