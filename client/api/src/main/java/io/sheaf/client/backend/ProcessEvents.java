package io.sheaf.client.backend;

import io.sheaf.protocol.job.Output;

/** Told of a process, in this order; must not block for long. */
public interface ProcessEvents {
    /** It runs. */
    void began(long pid, String host);

    /** It printed something. */
    void printed(Output output);

    /** It has ended, with an exit code as {@link io.sheaf.RemoteProcess#exitCode()} gives it. */
    void ended(int code);

    /** It has ended, or never begun, because it was cancelled. */
    void cancelled();

    /** It cannot be run, or nobody knows what becomes of it. */
    void lost(RuntimeException why);
}
