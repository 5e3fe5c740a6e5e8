package io.sheaf.worker.executor;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Results that come later. */
final class Stages {
    private static final int DEEPEST = 100;

    private Stages() {}

    /**
     * The value itself, or what it completes with when it is a stage; waits for that.
     *
     * @throws Throwable with what the stage was completed, as it was thrown
     * @throws InterruptedException when the item is to end; the stage is cancelled then
     */
    @SuppressWarnings("IllegalThrows")
    static @Nullable Object settled(@Nullable Object value) throws Throwable {
        return value instanceof CompletionStage<?> stage ? await(stage) : value;
    }

    @SuppressWarnings("IllegalThrows")
    private static @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        CompletableFuture<?> future = future(stage);
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw original(e);
        } catch (InterruptedException e) {
            future.cancel(true);
            throw e;
        }
    }

    /** Stages need not be convertible. */
    static CompletableFuture<?> future(CompletionStage<?> stage) {
        try {
            return stage.toCompletableFuture();
        } catch (UnsupportedOperationException e) {
            CompletableFuture<@Nullable Object> copy = new CompletableFuture<>();
            stage.whenComplete((value, thrown) -> {
                if (thrown == null) {
                    copy.complete(value);
                } else {
                    copy.completeExceptionally(thrown);
                }
            });
            return copy;
        }
    }

    /** What was thrown, without the wrapping that stages do on the way. */
    static Throwable original(Throwable wrapped) {
        Throwable at = wrapped;
        for (int depth = 0; depth < DEEPEST && isWrapping(at); depth++) {
            Throwable cause = at.getCause();
            if (cause == null) {
                return at;
            }
            at = cause;
        }
        return at;
    }

    private static boolean isWrapping(Throwable thrown) {
        return thrown.getClass() == CompletionException.class || thrown.getClass() == ExecutionException.class;
    }
}
