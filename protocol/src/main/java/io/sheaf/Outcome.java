package io.sheaf;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one item ended: with a value or with a failure. Immutable.
 *
 * @param index the item's position in the sequence given to the pool, from 0
 * @param value what the function returned, null included; null when the item failed
 * @param failure why the item failed; null when it did not
 * @param attempts how often the item was started, at least 1
 * @param worker the worker that ran the last attempt
 * @param runTime for how long the last attempt ran, without waiting and travelling
 * @param <R> the result
 */
public record Outcome<R>(
        long index,
        @Nullable R value,
        @Nullable TaskFailedException failure,
        int attempts,
        String worker,
        Duration runTime) {
    /**
     * Whether the item has a result.
     *
     * @return whether it did not fail
     */
    public boolean succeeded() {
        return failure == null;
    }

    /**
     * The result.
     *
     * @return what the function returned
     * @throws TaskFailedException when the item failed
     */
    public @Nullable R get() {
        if (failure != null) {
            throw failure;
        }
        return value;
    }
}
