package io.sheaf.client.threads;

import io.sheaf.ClusterJob;
import io.sheaf.JobSummary;
import io.sheaf.client.backend.Waiting;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A job in threads, for those who ask after it. */
record Known(ThreadsJob job) implements ClusterJob {
    @Override
    public String id() {
        return job.id();
    }

    @Override
    public JobSummary summary() {
        return job.summary();
    }

    @Override
    public void cancel() {
        job.cancel();
    }

    @Override
    public JobSummary await() {
        return await(Duration.ofNanos(Long.MAX_VALUE)).orElseGet(this::summary);
    }

    @Override
    public Optional<JobSummary> await(Duration atMost) {
        Waiting place = Waiting.ofThisThread();
        place.begins();
        try {
            job.over().get(nanos(atMost), TimeUnit.NANOSECONDS);
            return Optional.of(summary());
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while waiting for job " + id());
        } finally {
            place.ends();
        }
    }

    private static long nanos(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
