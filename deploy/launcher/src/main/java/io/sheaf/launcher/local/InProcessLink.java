package io.sheaf.launcher.local;

import io.sheaf.coordinator.dispatch.WorkerEvents;
import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.worker.agent.CoordinatorEvents;
import io.sheaf.worker.agent.CoordinatorPort;

/** The link between a coordinator and a worker that share a process: what one says, the other's queue gets. */
public final class InProcessLink implements CoordinatorPort, WorkerPort {
    private final WorkerEvents coordinator;
    private final CoordinatorEvents worker;

    /** Links the two; the worker registers at once. */
    public InProcessLink(WorkerEvents coordinator, CoordinatorEvents worker) {
        this.coordinator = coordinator;
        this.worker = worker;
        worker.attached(this);
    }

    @Override
    public void send(FromWorker message) {
        if (message instanceof FromWorker.Register who) {
            coordinator.registered(this, who);
        } else {
            coordinator.received(this, message);
        }
    }

    @Override
    public void send(ToWorker message) {
        worker.received(message);
    }

    @Override
    public void close() {
        // There is no other link by which the worker could come again.
    }
}
