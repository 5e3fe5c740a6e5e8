package io.sheaf;

/**
 * Combines two partial results into one, in another process or in this one. It must be associative; it need not be
 * commutative.
 *
 * @param <R> the result
 */
@FunctionalInterface
public interface RemoteBinaryOperator<R> extends RemoteBiFunction<R, R, R> {}
