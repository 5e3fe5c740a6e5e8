package io.sheaf;

import java.io.Serializable;

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
     * @throws Exception fails this item and no other; the caller sees it as the cause of a {@link TaskFailedException}
     */
    R apply(T item) throws Exception;
}
