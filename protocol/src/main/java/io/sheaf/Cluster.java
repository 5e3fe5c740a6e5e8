package io.sheaf;

import java.util.List;

/**
 * The connection behind pools: to a cluster, or to worker processes of this JVM's own. A task reaches the cluster that it
 * runs on by {@link TaskContext#cluster()}.
 *
 * <pre>{@code
 * try (Cluster cluster = Cluster.connect("http://coordinator:8520")) {
 *   cluster.workers().forEach(System.out::println);
 *   List<Integer> lengths = cluster.pool().map(String::length, words);
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Every method that asks the cluster throws {@link ClusterUnreachableException} when
 * the connection is gone, and waits until the answer is here; interrupted, it restores the interrupt flag and throws
 * {@link java.util.concurrent.CancellationException}.
 */
public interface Cluster extends AutoCloseable {

    /**
     * Worker processes on this machine, one core each, gone when this is closed or this JVM ends, however it ends.
     *
     * @param processes how many, at least 1
     * @return a cluster of this program alone
     * @throws IllegalArgumentException when fewer than 1
     * @throws ClusterUnreachableException when the processes cannot be started; the message says why
     */
    static Cluster local(int processes) {
        if (processes < 1) {
            throw new IllegalArgumentException(
                    "A cluster needs at least 1 process, but " + processes + " were asked for; use Cluster.local(1)");
        }
        return ClusterProvider.installed().local(processes);
    }

    /**
     * The cluster named by the environment variable {@code SHEAF_CLUSTER}, else {@code http://127.0.0.1:8520}.
     *
     * @return the connection
     * @throws ClusterUnreachableException when no coordinator answers there
     */
    static Cluster connect() {
        String url = System.getenv("SHEAF_CLUSTER");
        return connect(url == null || url.isBlank() ? "http://127.0.0.1:8520" : url);
    }

    /**
     * A running cluster. The access token is read from {@code SHEAF_TOKEN}, else from {@code ~/.sheaf/token}, where there
     * is one.
     *
     * @param url the coordinator's address, {@code http://HOST[:PORT]}, port 8520 unless given
     * @return the connection
     * @throws IllegalArgumentException when this is no such address
     * @throws ClusterUnreachableException when no coordinator answers there
     */
    static Cluster connect(String url) {
        return ClusterProvider.installed().connect(url);
    }

    /**
     * A pool on this cluster; another one each time. Closing it leaves the cluster open, closing the cluster ends it.
     *
     * @return an open pool with default options
     */
    Pool pool();

    /**
     * The workers that are here now.
     *
     * @return in the order in which they joined; empty for threads
     */
    List<WorkerSummary> workers();

    /**
     * The jobs that are known; in a task those that tasks of its job have started.
     *
     * @return oldest first
     */
    List<JobSummary> jobs();

    /**
     * A job, by its id.
     *
     * @param id as {@link JobSummary#id()} and {@code sheaf jobs} give it
     * @return the job, whoever has submitted it
     * @throws java.util.NoSuchElementException when there is none with that id among {@link #jobs()}
     */
    ClusterJob job(String id);

    /** Ends the connection, what pools of it still run, and the processes of {@link #local}. */
    @Override
    void close();
}
