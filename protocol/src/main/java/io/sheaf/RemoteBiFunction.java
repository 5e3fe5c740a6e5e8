package io.sheaf;

import java.io.Serializable;

/**
 * A function of two arguments that runs in another process; otherwise as {@link RemoteFunction}.
 *
 * @param <A> the first argument
 * @param <B> the second argument
 * @param <R> the result
 */
@FunctionalInterface
public interface RemoteBiFunction<A, B, R> extends Serializable {

    /**
     * Computes the result of one item.
     *
     * @param first the first argument
     * @param second the second argument
     * @return the result
     * @throws Exception fails this item and no other
     */
    R apply(A first, B second) throws Exception;
}
