package io.sheaf.protocol.link;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;

/** What travels on the connection for large bodies, in both directions. */
public sealed interface DataFrame {
    /** Writes and reads them. */
    RecordCodec<DataFrame> CODEC = RecordCodec.of(DataFrame.class);

    /**
     * The worker's first: whose connection it is.
     *
     * @param key as given in {@link LinkMessage.Attached}
     */
    record Greeting(String worker, long session, String key) implements DataFrame {}

    /** A large message of the session's stream, by its number. */
    record Body(long number, Bytes payload) implements DataFrame {}
}
