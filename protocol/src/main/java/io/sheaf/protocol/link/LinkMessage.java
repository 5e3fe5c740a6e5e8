package io.sheaf.protocol.link;

import akka.actor.typed.ActorRef;
import io.sheaf.protocol.wire.Bytes;

/**
 * What workers and the coordinator send as Akka messages. Whatever implements this can be read from the wire, so nothing
 * else does.
 */
public sealed interface LinkMessage {
    /** Raised whenever a message changes its meaning or its components. */
    int VERSION = 4;

    /**
     * A worker wants to be linked; repeated until answered.
     *
     * @param worker its name
     * @param version {@link #VERSION}
     * @param token the access token, or empty
     * @param session the session that it wants to go on with; 0: none
     * @param received how far it has received in that session
     * @param incarnation greater each time that the worker listens somewhere else: what is smaller was said before
     * @param replyTo where it listens
     */
    record Attach(
            String worker,
            int version,
            String token,
            long session,
            long received,
            long incarnation,
            ActorRef<LinkMessage> replyTo)
            implements LinkMessage {}

    /**
     * The worker is linked.
     *
     * @param session that of {@code Attach}, or a new one: then nothing of an earlier one is delivered any more
     * @param received how far the coordinator has received in that session
     * @param dataPort the TCP port on the coordinator's host for {@link DataFrame}s
     * @param key proves, on that port, that a connection is this worker's
     * @param replyTo where the coordinator listens: a path would be looked up for each message
     */
    record Attached(long session, long received, int dataPort, String key, ActorRef<LinkMessage> replyTo)
            implements LinkMessage {}

    /** The worker is not linked and need not try again. */
    record Refused(String reason) implements LinkMessage {}

    /**
     * Part of a session's stream, see {@link ReliableChannel}.
     *
     * @param worker between this worker and the coordinator, in either direction
     */
    record Parcel(String worker, long session, Bytes content) implements LinkMessage {}

    /** The worker ends; everything of the session has arrived. */
    record Goodbye(String worker, long session) implements LinkMessage {}

    /** The coordinator has taken the worker that said goodbye out of the cluster. */
    record Farewell(String worker, long session) implements LinkMessage {}
}
