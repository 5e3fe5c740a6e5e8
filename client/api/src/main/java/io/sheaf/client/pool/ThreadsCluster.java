package io.sheaf.client.pool;

import io.sheaf.Cluster;
import io.sheaf.ClusterJob;
import io.sheaf.JobOptions;
import io.sheaf.JobSummary;
import io.sheaf.Pool;
import io.sheaf.WorkerSummary;
import io.sheaf.Workload;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Backend;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.protocol.wire.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;

/** What tasks on threads of this JVM have for a cluster: their own pool, and no list of its jobs. */
final class ThreadsCluster implements Cluster {
    private final Backend threads;
    private final Instant since = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);

    ThreadsCluster(Backend threads) {
        this.threads = threads;
    }

    @Override
    public Pool pool() {
        return new ClientPool(new PoolCore(new Shared(threads)));
    }

    @Override
    public List<WorkerSummary> workers() {
        long pid = ProcessHandle.current().pid();
        int slots = threads.slots(Workload.CPU);
        return List.of(new WorkerSummary("this JVM", "localhost", pid, slots, 0, 0, since));
    }

    @Override
    public List<JobSummary> jobs() {
        return List.of();
    }

    @Override
    public ClusterJob job(String id) {
        throw new NoSuchElementException("A pool of threads keeps no list of jobs, so there is no job " + id);
    }

    @Override
    public void close() {
        // It lasts as long as the pool.
    }

    /** The same threads as a pool inside of another has them: its end leaves them. */
    private record Shared(Backend threads) implements Backend {
        @Override
        public int slots(Workload workload) {
            return threads.slots(workload);
        }

        @Override
        public boolean isRemote() {
            return threads.isRemote();
        }

        @Override
        public Job job(Assignment assignment, JobEvents events) {
            return threads.job(assignment, events);
        }

        @Override
        public ProcessRun process(String name, Bytes action, JobOptions options, ProcessEvents events) {
            return threads.process(name, action, options, events);
        }

        @Override
        public void close() {
            // Its pool has cancelled what it still ran.
        }
    }
}
