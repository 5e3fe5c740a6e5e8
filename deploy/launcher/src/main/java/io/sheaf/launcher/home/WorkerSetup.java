package io.sheaf.launcher.home;

import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.worker.agent.Agent;
import io.sheaf.worker.execution.Execution;
import io.sheaf.worker.process.ExecutorCommand;
import io.sheaf.worker.process.ExecutorProcesses;
import io.sheaf.worker.process.Relay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a worker is made of.
 *
 * @param slots how many items it runs at once, each in an executor of its own
 * @param executorClassPath what executors need of Sheaf
 * @param host the name of this host
 * @param version of the product
 * @param labels what it says of itself
 */
public record WorkerSetup(int slots, List<Path> executorClassPath, String host, String version, List<Label> labels) {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Copies the lists. */
    public WorkerSetup {
        executorClassPath = List.copyOf(executorClassPath);
        labels = List.copyOf(labels);
    }

    /**
     * A worker's agent, at work.
     *
     * @param route to the coordinator's sessions, for its tasks
     * @param onFatal called when it cannot go on
     */
    public Agent agent(WorkerId id, Path codeDirectory, boolean trusting, Relay.Route route, Runnable onFatal)
            throws IOException {
        WorkerInfo info = new WorkerInfo(id, host, ProcessHandle.current().pid(), slots, version, labels);
        ExecutorProcesses executors = new ExecutorProcesses(
                ExecutorCommand.sharing(executorClassPath, slots), new ExecutorProcesses.Host(id, host), route);
        Execution execution = new Execution(id, new Execution.Limits(slots, GRACE_NANOS, IDLE_NANOS));
        return new Agent(info, execution, executors, codeDirectory, trusting, onFatal);
    }
}
