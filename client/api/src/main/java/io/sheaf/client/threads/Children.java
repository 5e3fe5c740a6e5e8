package io.sheaf.client.threads;

import io.sheaf.Cluster;
import io.sheaf.ClusterJob;
import io.sheaf.JobOptions;
import io.sheaf.Workload;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Backend;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.client.backend.Run;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The threads as one task has them for what it starts itself: what it has not waited for ends with it. */
public final class Children implements Backend {
    private static final int MOST_REMEMBERED = 1000;

    private final ThreadsBackend threads;
    private final Cluster cluster;
    private final Set<Run> open = new HashSet<>();
    private final ArrayDeque<ThreadsJob> jobs = new ArrayDeque<>();
    private boolean ended;

    Children(ThreadsBackend threads, Function<Children, Cluster> cluster) {
        this.threads = threads;
        this.cluster = cluster.apply(this);
    }

    Cluster cluster() {
        return cluster;
    }

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
        ThreadsJob job = threads.job(assignment, events);
        adopt(job, job.over());
        remember(job);
        return job;
    }

    private synchronized void remember(ThreadsJob job) {
        if (jobs.size() == MOST_REMEMBERED) {
            jobs.remove();
        }
        jobs.add(job);
    }

    /** The jobs that the task has started, the last thousand, oldest first. */
    public synchronized List<ClusterJob> jobs() {
        return jobs.stream().map(job -> (ClusterJob) new Known(job)).toList();
    }

    @Override
    public ProcessRun process(String name, Bytes action, JobOptions options, ProcessEvents events) {
        ThreadsProcess process = threads.process(name, action, options, events);
        adopt(process, process.over());
        return process;
    }

    private void adopt(Run run, CompletableFuture<Void> over) {
        synchronized (this) {
            if (ended) {
                throw new IllegalStateException(
                        "The task that this pool belongs to has ended; use a pool of its caller");
            }
            open.add(run);
        }
        var unused = over.thenRun(() -> forget(run));
    }

    private synchronized void forget(Run run) {
        open.remove(run);
    }

    /** The task has ended. */
    void end() {
        List<Run> left;
        synchronized (this) {
            ended = true;
            left = List.copyOf(open);
        }
        left.forEach(Run::cancel);
    }

    @Override
    public void close() {
        // A pool of it ends; the threads serve others.
    }
}
