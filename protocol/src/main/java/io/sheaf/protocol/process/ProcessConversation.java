package io.sheaf.protocol.process;

import io.sheaf.protocol.wire.RecordCodec;

/**
 * What a client and the item that keeps a process say to each other, over everything between them. An item may be run
 * again where its worker was lost, a process must not be; so the keeper asks first, and the client agrees once.
 */
public interface ProcessConversation {
    /** Writes and reads what keepers say. */
    RecordCodec<FromKeeper> FROM_KEEPER = RecordCodec.of(FromKeeper.class);

    /** Writes and reads what keepers are told. */
    RecordCodec<ToKeeper> TO_KEEPER = RecordCodec.of(ToKeeper.class);

    /** What a keeper says. */
    sealed interface FromKeeper {
        /** It could start the process; answered by {@code Go} or {@code Forgo}. */
        record Asks() implements FromKeeper {}

        /** The process runs. */
        record Started(long pid, String host) implements FromKeeper {}
    }

    /** What a keeper is told. */
    sealed interface ToKeeper {
        /** Start it. */
        record Go() implements ToKeeper {}

        /** It was started before, and is lost. */
        record Forgo() implements ToKeeper {}

        /**
         * End it.
         *
         * @param atOnce by SIGKILL rather than SIGTERM
         */
        record Signal(boolean atOnce) implements ToKeeper {}
    }
}
