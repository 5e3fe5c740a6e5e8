package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import java.io.IOException;

/** Where workers get code from. Safe for use by many threads. */
public interface CodeSupply {
    /** Sends the file in parts to the port, from another thread; returns at once. */
    void supply(CodeId id, WorkerPort port);

    /** Whether a file is here. */
    default boolean has(CodeFile file) throws IOException {
        return true;
    }
}
