/**
 * Pools over a session: {@link io.sheaf.client.pool.ClientPool} has the methods that users call, the rest is one class
 * for each way of running: all results at once, as they are read, or call by call.
 */
@NullMarked
package io.sheaf.client.pool;

import org.jspecify.annotations.NullMarked;
