package io.sheaf.worker.agent;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import java.util.List;

/** What a worker is told by whatever links it to a coordinator. Safe for use by many threads; never blocks. */
public interface CoordinatorEvents {
    /** A coordinator can be reached: the first thing to send is {@code Register}. */
    void attached(CoordinatorPort port);

    /** The coordinator said something, in order and once. */
    void received(ToWorker message);

    /**
     * That registration is over; another may follow. A connection that breaks and is mended in time is no such end.
     *
     * @param undelivered what was sent, in order, and may not have arrived
     */
    void detached(List<FromWorker> undelivered);

    /** So many bytes of what was sent have not arrived yet; told when that changes, by links where anything waits. */
    default void onTheWay(long bytes) {}
}
