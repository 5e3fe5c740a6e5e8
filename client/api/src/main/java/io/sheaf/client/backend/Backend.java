package io.sheaf.client.backend;

import io.sheaf.JobOptions;
import io.sheaf.Workload;
import io.sheaf.protocol.wire.Bytes;

/** Runs the jobs of a pool. Safe for use by many threads. */
public interface Backend extends AutoCloseable {
    /** About how many items of that kind run at once, as last heard; 0 while nobody is there who runs any. */
    int slots(Workload workload);

    /** Whether items and results are copied, to and from other processes. */
    boolean isRemote();

    /**
     * Makes a job, of which nobody has heard before it is started.
     *
     * @throws IllegalArgumentException when what it consists of cannot be sent to where it is to run
     */
    Job job(Assignment assignment, JobEvents events);

    /**
     * Makes a process, of which nobody has heard before it is started.
     *
     * @param name for people, unless the options have one
     * @param action a {@link io.sheaf.RemoteRunnable} in Java serialization
     */
    ProcessRun process(String name, Bytes action, JobOptions options, ProcessEvents events);

    /** Ends it, and what still runs; each job that has not ended is told so. */
    @Override
    void close();
}
