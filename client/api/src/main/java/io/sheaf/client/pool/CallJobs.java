package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of calls of a pool, one for each set of options under which something was called. Of those where nothing is
 * waited for, the ones used last are kept. Safe for use by many threads.
 */
final class CallJobs {
    private static final int KEPT = 16;

    private final PoolCore core;
    private boolean ending;
    private final Map<JobOptions, CallJob> jobs = new LinkedHashMap<>(KEPT, 0.75f, true);

    CallJobs(PoolCore core) {
        this.core = core;
    }

    /** Calls that in another process. */
    CompletableFuture<@Nullable Object> call(Object task, JobOptions options) {
        while (true) {
            CompletableFuture<@Nullable Object> future = job(options).add(task);
            if (future != null) {
                return future;
            }
        }
    }

    /** No further calls. This JVM does not end before those that there are, as with any executor that is shut down. */
    synchronized void end() {
        jobs.values().forEach(CallJob::end);
        CompletableFuture<?>[] left = jobs.values().stream()
                .filter(job -> !job.isIdle())
                .map(CallJob::over)
                .toArray(CompletableFuture<?>[]::new);
        if (left.length > 0 && !ending) {
            ending = true;
            CountDownLatch over = new CountDownLatch(1);
            var unused = CompletableFuture.allOf(left).whenComplete((nothing, e) -> over.countDown());
            Thread keeper = new Thread(() -> await(over), "sheaf-pool-ends");
            keeper.setDaemon(false);
            keeper.start();
        }
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes back the calls that have not started, where that is known; their futures are cancelled. */
    synchronized List<Runnable> withdraw() {
        return jobs.values().stream().flatMap(job -> job.withdraw().stream()).toList();
    }

    private synchronized CallJob job(JobOptions options) {
        if (core.isShutdown()) {
            throw new RejectedExecutionException("This pool was shut down and takes no further work");
        }
        CallJob job = jobs.get(options);
        if (job == null || job.isOver()) {
            endOldest();
            job = new CallJob(core, options);
            jobs.put(options, job);
        }
        return job;
    }

    /** Options that are made anew for each call must not leave a job each. */
    private void endOldest() {
        Iterator<CallJob> oldest = jobs.values().iterator();
        while (jobs.size() >= KEPT && oldest.hasNext()) {
            CallJob job = oldest.next();
            if (job.isIdle()) {
                job.end();
                oldest.remove();
            }
        }
    }
}
