package io.sheaf.protocol.job;

/**
 * The failure of one item.
 *
 * @param index the item, from 0
 * @param attempts how often it was started
 * @param worker the worker of the last attempt
 * @param failure why
 */
public record ItemFailure(long index, int attempts, WorkerId worker, Failure failure) {}
