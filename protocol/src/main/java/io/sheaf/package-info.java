/**
 * The public API of Sheaf: bundle work, spread it over every core of every host, gather the results.
 *
 * <p>Start at {@link io.sheaf.Pool}. Functions travel as {@link io.sheaf.RemoteFunction} and its siblings; failures come
 * back as {@link io.sheaf.TaskFailedException}.
 */
@NullMarked
package io.sheaf;

import org.jspecify.annotations.NullMarked;
