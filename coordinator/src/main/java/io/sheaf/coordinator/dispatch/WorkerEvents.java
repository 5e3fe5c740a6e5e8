package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.DeathReport;

/** What the coordinator is told of its workers, by whatever links them. Safe for use by many threads; never blocks. */
public interface WorkerEvents {
    /**
     * A worker has come, or has come again after it was lost, under a new port. A second registration under a name
     * replaces the first, whose port is then closed.
     */
    void registered(WorkerPort port, FromWorker.Register who);

    /** The worker said something, in order and once. */
    void received(WorkerPort port, FromWorker message);

    /**
     * The worker is gone: it has left, its process has died, or nothing was heard of it for too long. Nothing follows
     * under this port.
     */
    void lost(WorkerPort port, DeathReport how);
}
