package io.sheaf.worker.executor;

import org.jspecify.annotations.Nullable;

/** What a job does with one item. */
interface ItemCall {
    /** Runs it; throws whatever user code throws. */
    @SuppressWarnings("IllegalThrows")
    @Nullable
    Object call(@Nullable Object item) throws Throwable;
}
