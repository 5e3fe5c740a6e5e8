package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.WorkerConversation.ToWorker;

/** One registration of a worker, as the coordinator talks to it. Equal only to itself. Safe for use by many threads. */
public interface WorkerPort {
    /** Queues the message, to arrive in order and once, and returns at once. Does nothing after {@link #close}. */
    void send(ToWorker message);

    /**
     * Waits while much of what was sent is still on its way, for threads that send a lot; returns at once when the
     * registration is over.
     */
    default void awaitRoom() throws InterruptedException {}

    /** So many further messages of the worker need not be said again, whatever becomes of this process. */
    default void taken(long messages) {}

    /** Forgets this registration: what the worker still says under it is not delivered. */
    void close();
}
