package io.sheaf.client.pool;

import io.sheaf.client.backend.Waiting;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that a task may wait for without keeping its slot from what it waits for; and so are those that are derived from
 * it. Safe for use by many threads.
 */
class SlotFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new SlotFuture<>();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        Waiting place = place();
        place.begins();
        try {
            return super.get();
        } finally {
            place.ends();
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        Waiting place = place();
        place.begins();
        try {
            return super.get(timeout, unit);
        } finally {
            place.ends();
        }
    }

    @Override
    public T join() {
        Waiting place = place();
        place.begins();
        try {
            return super.join();
        } finally {
            place.ends();
        }
    }

    private Waiting place() {
        return isDone() ? Waiting.Nobody.CARES : Waiting.ofThisThread();
    }
}
