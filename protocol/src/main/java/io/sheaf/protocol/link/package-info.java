/**
 * How the worker conversation travels: control over Akka, as {@link io.sheaf.protocol.link.LinkMessage}s, large bodies
 * over a connection of their own, as {@link io.sheaf.protocol.link.DataFrame}s.
 * {@link io.sheaf.protocol.link.ReliableChannel} makes one ordered stream of both, which outlives either.
 */
@NullMarked
package io.sheaf.protocol.link;

import org.jspecify.annotations.NullMarked;
