package io.sheaf.client.threads;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Threads that take turns at the jobs of one workload: the higher priority first, then who has had the least for its
 * weight. Its lock guards its jobs' state, too; a method says when the caller must hold it.
 */
final class Lane {
    private static final long TURN = 1L << 32;

    final ReentrantLock lock = new ReentrantLock();
    private final int limit;
    private final int mostAwaited;
    private final Executor threads;
    private final TreeSet<Entry> ready = new TreeSet<>(Comparator.comparingInt((Entry entry) -> -entry.priority)
            .thenComparingLong(entry -> entry.had)
            .thenComparingLong(entry -> entry.number));
    private int busy;
    private int awaited;
    private long leastHad;

    /** A job's place among the others. */
    static final class Entry {
        private final ThreadsJob job;
        private final long number;
        private final int priority;
        private final long turn;
        private long had;

        Entry(ThreadsJob job, long number, int priority, int weight) {
            this.job = job;
            this.number = number;
            this.priority = Math.max(priority, -Integer.MAX_VALUE);
            this.turn = Math.max(1, TURN / weight);
        }
    }

    /**
     * @param limit how many threads work at once
     * @param mostAwaited how many stages may be awaited at once before no further item starts
     */
    Lane(int limit, int mostAwaited, Executor threads) {
        this.limit = limit;
        this.mostAwaited = mostAwaited;
        this.threads = threads;
    }

    /** How many threads work at once. */
    int limit() {
        return limit;
    }

    /** That job has something to start; with the lock. */
    void offer(Entry entry) {
        if (ready.contains(entry)) {
            return;
        }
        // Who had nothing to run has not saved up turns by that.
        entry.had = Math.max(entry.had, leastHad);
        ready.add(entry);
        wake();
    }

    /** That job has nothing to start for now; with the lock. */
    void withdraw(Entry entry) {
        ready.remove(entry);
    }

    /** A task waits for others, or is left behind; another may run in its place. */
    void freePlace() {
        lock.lock();
        try {
            busy--;
            wake();
        } finally {
            lock.unlock();
        }
    }

    /** A task that had waited goes on; while there are too many threads, the next that is done ends. */
    void takePlace() {
        lock.lock();
        try {
            busy++;
        } finally {
            lock.unlock();
        }
    }

    /** The result of an item is awaited without a thread; with the lock. */
    void awaits() {
        awaited++;
    }

    /** One of those has come; with the lock. */
    void awaitedOne() {
        awaited--;
        wake();
    }

    private boolean mayStart() {
        return !ready.isEmpty() && awaited < mostAwaited;
    }

    private void wake() {
        if (busy >= limit || !mayStart()) {
            return;
        }
        busy++;
        try {
            threads.execute(this::work);
        } catch (RuntimeException | Error e) {
            busy--;
            if (busy == 0) {
                throw e;
            }
            // There are no further threads to be had, so those that there are go on alone.
        }
    }

    private void work() {
        for (Attempt next = take(); next != null; next = take()) {
            boolean goesOn;
            try {
                goesOn = next.run();
            } catch (RuntimeException | Error e) {
                // Telling what came of it failed, for want of memory or threads; the place must not be lost with it.
                freePlace();
                throw e;
            }
            if (!goesOn) {
                return;
            }
        }
    }

    private @Nullable Attempt take() {
        lock.lock();
        try {
            while (busy <= limit && mayStart()) {
                Entry entry = ready.first();
                ready.remove(entry);
                leastHad = entry.had;
                entry.had += entry.turn;
                Attempt next = entry.job.startNext();
                if (entry.job.isReady()) {
                    ready.add(entry);
                }
                wake();
                if (next != null) {
                    return next;
                }
            }
            busy--;
            return null;
        } finally {
            lock.unlock();
        }
    }
}
