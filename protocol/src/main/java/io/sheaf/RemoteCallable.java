package io.sheaf;

import java.io.Serializable;
import java.util.concurrent.Callable;

/**
 * A {@link Callable} that runs in another process; a lambda passed to {@link Pool#submit(RemoteCallable)} becomes one.
 *
 * @param <R> the result
 */
@FunctionalInterface
public interface RemoteCallable<R> extends Callable<R>, Serializable {}
