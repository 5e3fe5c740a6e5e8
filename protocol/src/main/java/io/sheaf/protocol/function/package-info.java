/**
 * Functions that the client makes of those of users. They are here because this is what an executor has on its class
 * path: {@link io.sheaf.protocol.function.PairFunction} takes two arguments,
 * {@link io.sheaf.protocol.function.BatchFunction} many items at once.
 */
@NullMarked
package io.sheaf.protocol.function;

import org.jspecify.annotations.NullMarked;
