package io.sheaf.worker.agent;

import java.util.function.BooleanSupplier;

/**
 * How much this worker has said that no coordinator has taken yet. While that is much, whoever reads from an executor
 * waits: the executor then cannot write, and its tasks wait in turn. Safe for use by many threads.
 */
final class Outflow {
    private final long most;
    private long unreported;
    private long onTheWay;

    /** One that holds so many bytes. */
    Outflow(long most) {
        this.most = most;
    }

    /** So many bytes wait for a coordinator. */
    synchronized void unreported(long bytes) {
        unreported = bytes;
        notifyAll();
    }

    /** So many bytes are on their way to the coordinator. */
    synchronized void onTheWay(long bytes) {
        onTheWay = bytes;
        notifyAll();
    }

    /** Waits until there is room, or until that is so; then {@link #wake} must be called. */
    synchronized void awaitRoom(BooleanSupplier pointless) throws InterruptedException {
        while (unreported + onTheWay > most && !pointless.getAsBoolean()) {
            wait();
        }
    }

    /** Lets those who wait look again. */
    synchronized void wake() {
        notifyAll();
    }
}
