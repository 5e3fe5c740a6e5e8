package io.sheaf.protocol.task;

import io.sheaf.Cluster;
import io.sheaf.ClusterUnreachableException;
import java.util.ServiceLoader;

/** Connects tasks with their cluster; implemented by the client library, so that executors need not know it. */
public interface TaskClusters {
    /**
     * A connection of one task.
     *
     * @throws ClusterUnreachableException when the coordinator is not reached, or the job has ended
     */
    Cluster connect(TaskRoute route);

    /**
     * What the class path of this process has.
     *
     * @throws ClusterUnreachableException when there is none
     */
    static TaskClusters installed() {
        return ServiceLoader.load(TaskClusters.class, TaskClusters.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ClusterUnreachableException(
                        "This worker's installation has no client library for its tasks; unpack Sheaf anew", null));
    }
}
