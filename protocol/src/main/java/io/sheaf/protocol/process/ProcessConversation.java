package io.sheaf.protocol.process;

import io.sheaf.protocol.wire.RecordCodec;

/** What a client and the item that keeps a process say to each other, over everything between them. */
public interface ProcessConversation {
    /** Writes and reads what the keeper of a process says. */
    RecordCodec<Started> STARTED = RecordCodec.of(Started.class);

    /** Writes and reads what it is told. */
    RecordCodec<Signal> SIGNAL = RecordCodec.of(Signal.class);

    /** The process runs. */
    record Started(long pid, String host) {}

    /**
     * End it.
     *
     * @param atOnce by SIGKILL rather than SIGTERM
     */
    record Signal(boolean atOnce) {}
}
