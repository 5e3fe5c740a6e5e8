package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Backend;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.client.backend.Run;
import io.sheaf.protocol.wire.Bytes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** What all views of a pool share: what runs its jobs, and those that have not ended. Safe for use by many threads. */
final class PoolCore {
    private final Backend backend;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sheaf-pool");
        thread.setDaemon(true);
        return thread;
    });
    private final Activity activity = new Activity();
    private final Object ending = new Object();
    private boolean ended;

    /**
     * A job that has not ended.
     *
     * @param stopReading is called when the pool is closed, so that no job waits for items for ever
     */
    record Running(Run job, Runnable stopReading) {}

    PoolCore(Backend backend) {
        this.backend = backend;
        var unused = activity.terminated().thenRunAsync(this::end, threads);
    }

    /** About how many items run at once; at least 1, since those who will run them may not be there yet. */
    int slots(JobOptions options) {
        return Math.max(1, backend.slots(options.workload()));
    }

    /** Whether items are copied to other processes. */
    boolean isRemote() {
        return backend.isRemote();
    }

    /** A job that is still to be started. */
    Job job(Assignment assignment, JobEvents events) {
        return backend.job(assignment, events);
    }

    /** A process that is still to be started. */
    ProcessRun process(String name, Bytes action, JobOptions options, ProcessEvents events) {
        return backend.process(name, action, options, events);
    }

    /**
     * Starts a job, to which items may be added once this returns.
     *
     * @param over completes when nothing about the job will be heard any more
     * @param stopReading is called when the pool is closed
     */
    void start(Run job, CompletableFuture<Void> over, Runnable stopReading) {
        Running running = new Running(job, stopReading);
        try {
            activity.begin(running, job::start);
            var unused = over.whenComplete((nothing, e) -> activity.end(running));
            job.awaitAccepted();
        } catch (RuntimeException e) {
            job.cancel();
            activity.end(running);
            throw e;
        }
    }

    /** Runs that beside everything else, as what reads items. */
    void run(Runnable task) {
        threads.execute(task);
    }

    /**
     * Hands something over to users in a thread of the pool, or here when it has none any more. The pool does not
     * terminate before that has returned.
     */
    void handOver(Runnable task) {
        Runnable counted = activity.counted(task);
        try {
            threads.execute(counted);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            // The latter is also what is thrown when there are no further threads to be had.
            counted.run();
        }
    }

    boolean isHandingOver() {
        return activity.isHandingOver();
    }

    boolean isShutdown() {
        return activity.isShutdown();
    }

    void shutdown() {
        activity.shutdown();
    }

    void stopReading() {
        activity.jobs().forEach(running -> running.stopReading().run());
    }

    void cancelAll() {
        activity.jobs().forEach(running -> running.job().cancel());
    }

    /** Completes when the pool was shut down and every job has ended; the back end is ended after that. */
    CompletableFuture<Void> terminated() {
        return activity.terminated();
    }

    /** Ends the back end, and returns when that is done; what still runs ends with it. */
    void end() {
        activity.shutdown();
        synchronized (ending) {
            if (!ended) {
                ended = true;
                backend.close();
                threads.shutdown();
            }
        }
    }
}
