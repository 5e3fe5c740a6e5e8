package io.sheaf.protocol.job;

/**
 * One attempt at an item that came to nothing.
 *
 * @param worker where
 * @param agoMillis how long ago that was known
 * @param cause how, in words
 * @param counted whether it counts against the item
 */
public record Attempt(WorkerId worker, long agoMillis, String cause, boolean counted) {}
