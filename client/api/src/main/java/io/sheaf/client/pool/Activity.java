package io.sheaf.client.pool;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * What is still under way in a pool: jobs, and the handing over of their results. It terminates when the pool was shut
 * down and nothing is. Safe for use by many threads.
 */
final class Activity {
    private final CompletableFuture<Void> terminated = new CompletableFuture<>();
    private final ThreadLocal<Boolean> handingOver = ThreadLocal.withInitial(() -> false);
    private final Set<PoolCore.Running> jobs = new HashSet<>();
    private int handovers;
    private boolean shutdown;

    /**
     * A job begins, unless the pool was shut down.
     *
     * @param start starts it, without waiting for anything
     */
    synchronized void begin(PoolCore.Running job, Runnable start) {
        if (shutdown) {
            throw new RejectedExecutionException("This pool was shut down and takes no further work");
        }
        start.run();
        jobs.add(job);
    }

    /** A job has ended; saying so again does nothing. */
    void end(PoolCore.Running job) {
        synchronized (this) {
            jobs.remove(job);
        }
        terminateIfDone();
    }

    /** The same task, which from now on until its end counts as something under way. */
    Runnable counted(Runnable task) {
        synchronized (this) {
            handovers++;
        }
        return () -> {
            boolean outer = handingOver.get();
            handingOver.set(true);
            try {
                task.run();
            } finally {
                handingOver.set(outer);
                synchronized (this) {
                    handovers--;
                }
                terminateIfDone();
            }
        };
    }

    /** Whether this very thread is handing something over, so that it cannot wait for the end of it. */
    boolean isHandingOver() {
        return handingOver.get();
    }

    void shutdown() {
        synchronized (this) {
            shutdown = true;
        }
        terminateIfDone();
    }

    synchronized boolean isShutdown() {
        return shutdown;
    }

    synchronized List<PoolCore.Running> jobs() {
        return List.copyOf(jobs);
    }

    /** Completes when the pool was shut down and nothing is under way. */
    CompletableFuture<Void> terminated() {
        return terminated;
    }

    private void terminateIfDone() {
        boolean done;
        synchronized (this) {
            done = shutdown && jobs.isEmpty() && handovers == 0;
        }
        if (done) {
            terminated.complete(null);
        }
    }
}
