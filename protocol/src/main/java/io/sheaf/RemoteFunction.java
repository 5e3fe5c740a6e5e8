package io.sheaf;

import java.io.Serializable;
import java.util.concurrent.CompletionStage;

/**
 * A function that runs in another process: a lambda, a method reference or an object, with all that it captures.
 *
 * <p>An instance is serialized once per job and rebuilt once per executor process; calls may run at the same time in
 * several threads and processes, so an implementation must not rely on shared mutable state.
 *
 * @param <T> the item
 * @param <R> the result
 */
@FunctionalInterface
public interface RemoteFunction<T, R> extends Serializable {

    /**
     * Computes the result of one item. When it returns a {@link java.util.concurrent.CompletionStage}, the result is what
     * that completes with, and the failure what it fails with; it is cancelled when the item is.
     *
     * @param item the item
     * @return its result
     * @throws Exception fails this item and no other; the caller sees it as the cause of a {@link TaskFailedException}
     */
    R apply(T item) throws Exception;

    /**
     * A function that returns before its result is there, as one of that result: no thread is held while a pool waits
     * for the stage, which every pool does, whatever the type of the function. For pools only; called by others it
     * still returns the stage.
     *
     * @param <T> the item
     * @param <R> the result
     * @param function returns what completes with the result, or fails the item by completing exceptionally
     * @return the same function, by the type of its result
     */
    @SuppressWarnings("unchecked") // types are erased, and pools give what the stage completes with
    static <T, R> RemoteFunction<T, R> async(RemoteFunction<T, ? extends CompletionStage<? extends R>> function) {
        return (RemoteFunction<T, R>) (RemoteFunction<T, ?>) function;
    }
}
