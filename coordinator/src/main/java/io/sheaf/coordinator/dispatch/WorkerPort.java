package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.WorkerConversation.ToWorker;

/** One registration of a worker, as the coordinator talks to it. Equal only to itself. Safe for use by many threads. */
public interface WorkerPort {
    /** Queues the message, to arrive in order and once, and returns at once. Does nothing after {@link #close}. */
    void send(ToWorker message);

    /** Forgets this registration: what the worker still says under it is not delivered. */
    void close();
}
