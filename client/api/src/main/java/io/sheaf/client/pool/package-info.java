/**
 * Pools over a back end: {@link io.sheaf.client.pool.ClientPool} has the methods that users call, then there is one class
 * for each way of running: all results at once, as they are read, combined, or call by call. One back end is here,
 * {@link io.sheaf.client.pool.SessionBackend}: other processes, behind a session.
 */
@NullMarked
package io.sheaf.client.pool;

import org.jspecify.annotations.NullMarked;
