package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.Bundle;

/** What the shell is to do. Executors are numbered by the deciding side. */
public sealed interface Command {
    /** Make sure that this code is here; answered by {@link Execution#codeReady} or {@link Execution#codeMissing}. */
    record Fetch(Bundle bundle) implements Command {}

    /**
     * Start an executor of that bundle, whose code is here.
     *
     * @param host the executor whose process it shares; its own number: none, a new one is to be started
     * @param lanes how many executors may come to share that process
     * @param commands whether it is for operating system commands, and needs neither process nor code
     */
    record Start(long executor, long host, Bundle bundle, int lanes, boolean commands) implements Command {}

    /** Tell an executor. */
    record Tell(long executor, ToExecutor message) implements Command {}

    /** Kill an executor, with those that share its process. */
    record Kill(long executor) implements Command {}

    /** Tell the coordinator. */
    record Report(FromWorker message) implements Command {}
}
