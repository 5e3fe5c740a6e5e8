package io.sheaf.client.threads;

import io.sheaf.Cluster;
import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.Workload;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Backend;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.protocol.wire.Bytes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Threads of this JVM. Nothing is serialized, and nothing can be killed: what ignores its interrupt is left behind after
 * a grace, and another thread takes its place.
 */
public final class ThreadsBackend implements Backend {
    /** How many items of {@code IO} jobs run at once, and how many stages are awaited. */
    private static final int MOST_VIRTUAL = 10_000;

    private static final int MOST_PLATFORM = 512;

    private final int slots;
    private final Function<Children, Cluster> cluster;
    private final ExecutorService processes = Executors.newCachedThreadPool(daemons("sheaf-process", null));
    private final ExecutorService computing;
    private final ExecutorService waiting;
    private final ScheduledThreadPoolExecutor timer;
    private final Lane cpu;
    private final Lane io;
    private final AtomicLong numbers = new AtomicLong();
    private final Set<ThreadsJob> jobs = ConcurrentHashMap.newKeySet();

    /**
     * Threads that do nothing yet.
     *
     * @param threads how many items run at once, at least 1
     * @param cluster makes what tasks have for one
     */
    public ThreadsBackend(int threads, Function<Children, Cluster> cluster) {
        this.cluster = cluster;
        ClassLoader classes = Thread.currentThread().getContextClassLoader();
        this.slots = threads;
        this.computing = Executors.newCachedThreadPool(daemons("sheaf-thread", classes));
        ExecutorService virtual = VirtualThreads.executor();
        this.waiting = virtual != null ? virtual : Executors.newCachedThreadPool(daemons("sheaf-io", classes));
        int most = virtual != null ? MOST_VIRTUAL : Math.max(threads, MOST_PLATFORM);
        this.cpu = new Lane(threads, MOST_VIRTUAL, computing);
        this.io = new Lane(most, MOST_VIRTUAL, waiting);
        this.timer = new ScheduledThreadPoolExecutor(1, daemons("sheaf-timer", classes));
        timer.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory daemons(String name, @Nullable ClassLoader classes) {
        AtomicLong count = new AtomicLong();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setContextClassLoader(classes);
            return thread;
        };
    }

    @Override
    public int slots(Workload workload) {
        // Far more can run, but need not be read ahead before it shows that they do.
        return workload == Workload.IO ? Math.max(slots, MOST_PLATFORM) : slots;
    }

    @Override
    public boolean isRemote() {
        return false;
    }

    @Override
    public ThreadsJob job(Assignment assignment, JobEvents events) {
        check(assignment.options());
        Lane lane = assignment.options().workload() == Workload.IO ? io : cpu;
        ThreadsJob job =
                new ThreadsJob(numbers.incrementAndGet(), lane, new Alarms(timer), this::children, assignment, events);
        jobs.add(job);
        Attempt.nestsInThisThread();
        var unused = job.over().thenRun(() -> jobs.remove(job));
        return job;
    }

    @Override
    public ThreadsProcess process(String name, Bytes action, JobOptions options, ProcessEvents events) {
        check(options);
        return new ThreadsProcess(action, events, processes);
    }

    private static void check(JobOptions options) {
        if (options.durable()) {
            throw new JobRejectedException(
                    "Threads keep no journal, so nothing on them can be durable: it ends with this JVM; leave `durable` out");
        }
    }

    private Children children() {
        return new Children(this, cluster);
    }

    @Override
    public void close() {
        processes.shutdownNow();
        jobs.forEach(ThreadsJob::abandon);
        computing.shutdownNow();
        waiting.shutdownNow();
        timer.shutdownNow();
    }
}
