package io.sheaf.launcher.home;

import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.worker.agent.Agent;
import io.sheaf.worker.execution.Execution;
import io.sheaf.worker.process.ClassData;
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
 * @param slots how many items that compute it runs at once, each in an executor of its own
 * @param ioSlots how many items that wait it runs at once besides
 * @param executorClassPath what executors need of Sheaf
 * @param classData of that class path
 * @param host the name of this host
 * @param version of the product
 * @param labels what it says of itself
 * @param spared whether it keeps an executor ready that nobody has asked for yet
 */
public record WorkerSetup(
        int slots,
        int ioSlots,
        List<Path> executorClassPath,
        ClassData classData,
        String host,
        String version,
        List<Label> labels,
        boolean spared) {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** An executor that has nothing to do has compiled its code, and the next job of that code may be a minute away. */
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(5);

    /** Who opens a pool of so many processes wants them for as long as it is open. */
    private static final long IDLE_NANOS_OF_PRIVATE = TimeUnit.DAYS.toNanos(36_500);

    private static final int IO_SLOTS = 200;
    private static final int IO_SLOTS_OF_VIRTUAL_THREADS = 1000;
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    /** Copies the lists. */
    public WorkerSetup {
        executorClassPath = List.copyOf(executorClassPath);
        labels = List.copyOf(labels);
    }

    /** How many items that wait are to run at once, when that is what was set; 0: as many as suits this JVM. */
    public static int ioSlots(int set) {
        if (set != 0) {
            return set;
        }
        return Runtime.version().feature() >= FIRST_WITH_VIRTUAL_THREADS ? IO_SLOTS_OF_VIRTUAL_THREADS : IO_SLOTS;
    }

    /**
     * A worker's agent, at work.
     *
     * @param isPrivate whether it is a client's own, on its host and for its user
     * @param route to the coordinator's sessions, for its tasks
     * @param onFatal called when it cannot go on
     */
    public Agent agent(WorkerId id, Path codeDirectory, boolean isPrivate, Relay.Route route, Runnable onFatal)
            throws IOException {
        WorkerInfo info = new WorkerInfo(id, host, ProcessHandle.current().pid(), slots, ioSlots, version, labels);
        ExecutorProcesses executors = new ExecutorProcesses(
                ExecutorCommand.sharing(executorClassPath, slots, classData),
                new ExecutorProcesses.Host(id, host),
                route,
                spared);
        long idleNanos = isPrivate ? IDLE_NANOS_OF_PRIVATE : IDLE_NANOS;
        Execution execution = new Execution(id, new Execution.Limits(slots, ioSlots, GRACE_NANOS, idleNanos));
        return new Agent(info, execution, executors, codeDirectory, isPrivate, onFatal);
    }
}
