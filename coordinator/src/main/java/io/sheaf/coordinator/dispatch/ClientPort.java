package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.ToClient;

/** One client's session, as the coordinator talks to it. Equal only to itself. Safe for use by many threads. */
public interface ClientPort {
    /** Queues the message and returns at once. Does nothing once the session has ended. */
    void send(ToClient message);

    /** Ends the session, which is then told as its end. */
    void close();
}
