package io.sheaf.client.threads;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is to happen later, or again and again, as long as the pool has not ended: then its jobs have been told. */
record Alarms(ScheduledExecutorService timer) {
    @Nullable
    Future<?> later(Runnable task, long millis) {
        try {
            return timer.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    @Nullable
    Future<?> every(long millis, Runnable task) {
        try {
            return timer.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }
}
