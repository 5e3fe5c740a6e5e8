package io.sheaf.protocol.task;

import io.sheaf.protocol.job.JobToken;
import java.nio.file.Path;

/**
 * The way of a task to its coordinator.
 *
 * @param socket a Unix domain socket of its worker, which leads to the coordinator's sessions
 * @param token the job's
 */
public record TaskRoute(Path socket, JobToken token) {
    /** The socket's name, in the directory where the worker has those of its executors. */
    public static final String SOCKET = "cluster";
}
