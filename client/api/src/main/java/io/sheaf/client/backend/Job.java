package io.sheaf.client.backend;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job of a back end. Items may be added once it was accepted. Safe for use by many threads. */
public interface Job extends Run {
    /**
     * Adds an item; waits while much has been added that has not started.
     *
     * @return its index, from 0, or a negative number when no further items are taken
     * @throws IOException when it cannot be sent to where it is to run
     */
    long add(@Nullable Object item) throws IOException, InterruptedException;

    /** From now on {@link #add} does not wait for items to start, if it ever did. */
    void takeAll();

    /** Takes an item back: it is stopped if it runs, and nothing is told of it. */
    void cancel(long index);

    /** No further items. */
    void end();

    /** Takes back what has certainly not started, and gives it; nothing is told of it. Empty where that cannot be known. */
    List<@Nullable Object> withdraw();
}
