package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.FromClient;

/** What the coordinator is told of its clients. Safe for use by many threads; never blocks. */
public interface ClientEvents {
    /** A client has said who it is and may ask; it is to be welcomed. */
    void opened(ClientPort port);

    /**
     * The client said something, in order; neither {@code Hello} nor code. The code that a {@code Submit} needs is in
     * the store.
     */
    void received(ClientPort port, FromClient message);

    /** The client does not read what it is sent as fast as that comes; {@link #caughtUp} follows, or {@link #closed}. */
    void slow(ClientPort port);

    /** The client that was slow has read nearly everything. */
    void caughtUp(ClientPort port);

    /** The session has ended: its live jobs end with it. */
    void closed(ClientPort port);
}
