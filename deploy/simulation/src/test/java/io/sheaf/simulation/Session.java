package io.sheaf.simulation;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import java.util.List;

/** One session of a worker with the coordinator: every message once and in order, as long as it lasts. */
interface Session {
    /** Who hears what arrives. */
    interface Ends {
        void atCoordinator(Session session, FromWorker message);

        void atWorker(Session session, ToWorker message);
    }

    void toCoordinator(FromWorker message);

    void toWorker(ToWorker message);

    /** So many messages more need not be kept by the worker. */
    void taken(long messages);

    /** Nothing gets through until {@link #heal}. */
    void cut();

    void heal();

    /** The worker's process stands still until it thaws. */
    void freeze();

    void thaw();

    /** The worker's process is gone; what it has sent may still arrive. */
    void workerGone();

    /** Nothing is delivered any more. */
    void end();

    /** What the worker has sent and may not have arrived, in order. */
    List<FromWorker> undelivered();

    /** Whether nothing is under way. */
    boolean isQuiet();
}
