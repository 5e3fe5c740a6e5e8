package io.sheaf.client.backend;

import org.jspecify.annotations.Nullable;

/**
 * Told of a job, each item once, by threads of the back end, at times several at once; must not block for long. After
 * {@link #ended} nothing follows.
 */
public interface JobEvents {
    /** Some items have results. */
    void results(Values results);

    /** An item failed for good. */
    void failed(FailedItem failure);

    /** The job has ended; {@code why} says why it did so before its items had, if it did. */
    void ended(@Nullable RuntimeException why);
}
