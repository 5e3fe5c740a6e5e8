package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.CodeId;

/** Where workers get code from. Safe for use by many threads. */
public interface CodeSupply {
    /** Sends the file in parts to the port, from another thread; returns at once. */
    void supply(CodeId id, WorkerPort port);
}
