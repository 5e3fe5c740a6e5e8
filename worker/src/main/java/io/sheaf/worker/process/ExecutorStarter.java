package io.sheaf.worker.process;

import java.nio.file.Path;
import java.util.List;

/** Starts executors. Safe for use by many threads. */
public interface ExecutorStarter extends AutoCloseable {
    /**
     * Starts a process and returns at once; whatever goes wrong with it is told as its death.
     *
     * @param classPath the user's jars, in order
     * @param lanes how many executors may share it at a time
     */
    ExecutorHost start(List<Path> classPath, int lanes);

    /** What runs the commands of {@link io.sheaf.protocol.job.Work.Command}, for one executor; returns at once. */
    ExecutorHost startForCommands();

    /** Kills every executor that was started here and waits until they are gone, at most a few seconds. */
    @Override
    void close();
}
