package io.sheaf.client.backend;

import io.sheaf.TaskFailedException;
import java.util.function.Supplier;

/**
 * An item that failed for good.
 *
 * @param index the item, from 0
 * @param nanos for how long it ran; 0 where that is not known
 * @param exception makes the exception, with the stack of the thread that asks
 */
public record FailedItem(long index, long nanos, Supplier<TaskFailedException> exception) {}
