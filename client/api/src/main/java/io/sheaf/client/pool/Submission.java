package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobRejectedException;
import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.protocol.job.JobSpec;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** A live job on its way to a session, and what feeds it once it was accepted. Safe for use by many threads. */
final class Submission {
    final JobSpec spec;
    final Feed feed = new Feed();
    private final SessionBackend backend;
    private final CompletableFuture<JobHandle> accepted = new CompletableFuture<>();

    Submission(SessionBackend backend, JobSpec spec) {
        this.backend = backend;
        this.spec = spec;
    }

    /** Submits it; returns at once. */
    void start(JobListener listener) {
        var unused = backend.submit(spec, listener).whenComplete((handle, e) -> {
            if (e != null) {
                accepted.completeExceptionally(e);
            } else {
                accepted.complete(handle);
            }
        });
    }

    /**
     * Waits until it was accepted.
     *
     * @return the job
     * @throws JobRejectedException when it was refused
     * @throws ClusterUnreachableException when the connection ended before
     * @throws CancellationException when this thread was interrupted; the flag is restored
     */
    JobHandle await() {
        try {
            return accepted.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the job was being submitted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RequestFailedException refused) {
                throw new JobRejectedException(String.valueOf(refused.getMessage()));
            }
            if (e.getCause() instanceof ClusterUnreachableException gone) {
                throw new ClusterUnreachableException(String.valueOf(gone.getMessage()), gone);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** From now on what is given to the feed is sent. */
    void beginFeeding(JobHandle job) {
        backend.run(() -> feed.run(job));
    }

    /** Does that with the job once it was accepted, which may be now. */
    void onceAccepted(Consumer<JobHandle> action) {
        var unused = accepted.thenAccept(action);
    }

    void cancel() {
        feed.stop();
        onceAccepted(JobHandle::cancel);
    }

    /** Tells whoever reads this program's errors why its items wait. */
    static void tellWithheld(String why) {
        if (!why.isEmpty()) {
            System.err.println("sheaf: waiting: " + why);
        }
    }
}
