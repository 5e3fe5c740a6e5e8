package io.sheaf.worker.agent;

import io.sheaf.protocol.WorkerConversation.FromWorker;

/** One registration with a coordinator, as the worker talks through it. Safe for use by many threads. */
public interface CoordinatorPort {
    /** Queues the message, to arrive in order and once, and returns at once. */
    void send(FromWorker message);
}
