package io.sheaf.worker.executor;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/** What a job does with one item. */
interface ItemCall {
    /** Runs it; throws whatever user code throws. */
    @SuppressWarnings("IllegalThrows")
    @Nullable
    Object call(@Nullable Object item) throws Throwable;

    /** Its client says something to the item that runs; called by another thread. */
    default void told(Bytes message) throws MalformedMessageException {}
}
