package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;

/** One executor. Equal only to itself. Safe for use by many threads; never blocks. */
public interface ExecutorPort {
    /** Queues the message, also before the executor is ready. Does nothing once it is dead. */
    void send(ToExecutor message);

    /** Kills its process group; {@link ExecutorEvents#died} follows, for all that share the process. */
    void kill();
}
