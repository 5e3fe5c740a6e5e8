package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of calls of a pool, one for each set of options under which something was called. Of those where nothing is
 * waited for, the ones used last are kept. Safe for use by many threads.
 */
final class CallJobs {
    private static final int KEPT = 16;

    private final PoolCore core;
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

    /** No further calls. */
    synchronized void end() {
        jobs.values().forEach(CallJob::end);
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
