package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import java.io.IOException;
import java.util.Set;

/** Where workers get code from. Safe for use by many threads. */
public interface CodeSupply {
    /** Sends the file in parts to the port, from another thread; returns at once. */
    void supply(CodeId id, WorkerPort port);

    /** Whether a file is here. */
    default boolean has(CodeFile file) throws IOException {
        return true;
    }

    /**
     * What no job needs may go, but not before nobody has asked for it for a while: whoever submits a job asks first.
     * Returns at once.
     *
     * @param now by {@link System#nanoTime}
     */
    default void keepOnly(Set<CodeId> needed, long now) {}
}
