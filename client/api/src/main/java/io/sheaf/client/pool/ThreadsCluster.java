package io.sheaf.client.pool;

import io.sheaf.Cluster;
import io.sheaf.ClusterJob;
import io.sheaf.JobSummary;
import io.sheaf.Pool;
import io.sheaf.WorkerSummary;
import io.sheaf.Workload;
import io.sheaf.client.threads.Children;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;

/** What a task on threads of this JVM has for a cluster: the same threads, and the jobs that it has started there. */
final class ThreadsCluster implements Cluster {
    private final Children threads;
    private final Instant since = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);

    ThreadsCluster(Children threads) {
        this.threads = threads;
    }

    @Override
    public Pool pool() {
        return new ClientPool(new PoolCore(threads));
    }

    @Override
    public List<WorkerSummary> workers() {
        long pid = ProcessHandle.current().pid();
        int slots = threads.slots(Workload.CPU);
        return List.of(new WorkerSummary("this JVM", "localhost", pid, slots, 0, 0, since));
    }

    @Override
    public List<JobSummary> jobs() {
        return threads.jobs().stream().map(ClusterJob::summary).toList();
    }

    @Override
    public ClusterJob job(String id) {
        return threads.jobs().stream()
                .filter(job -> job.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("There is no job " + id + " among those of this task"));
    }

    @Override
    public void close() {
        // It lasts as long as the task.
    }
}
