package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobRejectedException;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.Values;
import io.sheaf.client.backend.Waiting;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived of a job and was not yet looked at. Threads of the back end put in, the user's takes out, the results
 * of a run of items at a time.
 */
final class Inbox implements JobEvents {
    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private @Nullable RuntimeException broken;
    private volatile boolean failing;
    private boolean ended;

    /** Results, or one failure. */
    sealed interface Arrival {
        /** Some results. */
        record Results(Values values) implements Arrival {}

        /** A failed item. */
        record Failed(FailedItem item) implements Arrival {}
    }

    /** Completes when nothing will arrive any more. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** Whether an item has failed. */
    boolean isFailing() {
        return failing;
    }

    /**
     * Waits for the next arrival.
     *
     * @return null when the job has ended and everything was taken
     * @throws CancellationException when the job was cancelled
     * @throws JobRejectedException when it can run nowhere
     * @throws ClusterUnreachableException when the connection is gone
     */
    @Nullable
    Arrival take() throws InterruptedException {
        Arrival there = poll();
        if (there != null) {
            return there;
        }
        Waiting waiting = Waiting.ofThisThread();
        waiting.begins();
        try {
            return await();
        } finally {
            waiting.ends();
        }
    }

    private synchronized @Nullable Arrival await() throws InterruptedException {
        while (arrivals.isEmpty() && !ended) {
            wait();
        }
        if (arrivals.isEmpty() && broken != null) {
            throw Failures.here(broken);
        }
        return arrivals.poll();
    }

    /** The next arrival if there is one. */
    synchronized @Nullable Arrival poll() {
        return arrivals.poll();
    }

    /** Lets {@link #take} return though nothing has come. */
    synchronized void breakOff(RuntimeException why) {
        if (!ended) {
            finish(why);
        }
    }

    @Override
    public synchronized void results(Values results) {
        // What comes after the end was on its way when a stream was closed.
        if (!ended) {
            arrivals.add(new Arrival.Results(results));
            notifyAll();
        }
    }

    @Override
    public synchronized void failed(FailedItem failure) {
        if (!ended) {
            failing = true;
            arrivals.add(new Arrival.Failed(failure));
            notifyAll();
        }
    }

    @Override
    public synchronized void ended(@Nullable RuntimeException why) {
        finish(why);
    }

    private void finish(@Nullable RuntimeException why) {
        if (broken == null) {
            broken = why;
        }
        ended = true;
        over.complete(null);
        notifyAll();
    }
}
