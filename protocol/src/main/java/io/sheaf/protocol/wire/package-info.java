/**
 * How what is said becomes bytes. {@link io.sheaf.protocol.wire.RecordCodec} turns records into bytes and back;
 * {@link io.sheaf.protocol.wire.Connection} carries them as frames over a {@link io.sheaf.protocol.wire.Transport}.
 */
@NullMarked
package io.sheaf.protocol.wire;

import org.jspecify.annotations.NullMarked;
