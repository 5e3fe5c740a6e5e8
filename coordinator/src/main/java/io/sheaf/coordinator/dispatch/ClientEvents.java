package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.job.JobId;
import java.util.Optional;

/** What the coordinator is told of its clients. Safe for use by many threads; never blocks. */
public interface ClientEvents {
    /** The job whose token that is; empty when it is none, or not any more. */
    Optional<JobId> jobOf(String token);

    /**
     * A client has said who it is and may ask; it is to be welcomed.
     *
     * @param within the job whose task it is; empty for all others
     */
    void opened(ClientPort port, Optional<JobId> within);

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
