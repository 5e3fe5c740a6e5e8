package io.sheaf.worker.executor;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads for tasks of which most wait and some only begin something. A thread more is started when those that there are
 * do not get on, not whenever all are busy for a moment: tasks that hold no thread for long shall not cost one each.
 */
final class PlatformThreads implements Executor {
    private static final long STACK = 512 << 10;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long IDLE_MILLIS = 10_000;
    private static final int FEWEST = 2;
    /** When so many tasks end between two looks, threads do not wait. */
    private static final int MOVING = 8;
    /** So many looks in a row may see nothing end of what is brief: it waits for a processor, not for a thread. */
    private static final int PATIENCE = 20;

    private final int most;
    private final Thread foreman;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private volatile boolean resting;
    private int threads;
    private int idle;
    private long finished;

    /** A task that may know of itself that it is over soon once it has a thread. */
    interface Turn extends Runnable {
        /** Whether it is, as far as can be said now. */
        boolean isBrief();
    }

    PlatformThreads(int most) {
        this.most = Math.max(FEWEST, most);
        this.foreman = new Thread(this::hire, "lanes");
        foreman.setDaemon(true);
        foreman.start();
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            waiting.add(task);
            if (idle > 0) {
                notify();
            }
            if (waiting.size() <= idle) {
                return;
            }
            if (threads < FEWEST) {
                start();
                return;
            }
        }
        if (resting) {
            LockSupport.unpark(foreman);
        }
    }

    /** How many threads there are. */
    synchronized int size() {
        return threads;
    }

    private void start() {
        threads++;
        Thread thread = new Thread(null, this::work, "lane-thread", STACK);
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        try {
            for (Runnable task = next(); task != null; task = next()) {
                task.run();
                synchronized (this) {
                    finished++;
                }
            }
        } catch (RuntimeException | Error e) {
            // What users have written threw where it is only told something; another thread may take the place of this.
            synchronized (this) {
                threads--;
            }
            throw e;
        }
    }

    /** Returns null when there was nothing to do for long. */
    private synchronized @Nullable Runnable next() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
        while (waiting.isEmpty()) {
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (left <= 0) {
                threads--;
                return null;
            }
            idle++;
            try {
                wait(left);
            } catch (InterruptedException e) {
                // Something that a task left behind; it is not the one to end this thread.
            } finally {
                idle--;
            }
        }
        return waiting.remove();
    }

    /** As long as tasks wait and hardly any end, twice as many threads are started as the last time. */
    private void hire() {
        int more = 1;
        int looks = 0;
        long before = 0;
        while (true) {
            int patience = patience();
            synchronized (this) {
                boolean moves = waiting.size() <= idle || finished - before >= Math.max(1, Math.min(threads, MOVING));
                looks = moves ? 0 : looks + 1;
                boolean stuck = looks >= patience;
                int room = Math.min(waiting.size(), most - threads);
                for (int i = 0; stuck && i < Math.min(more, room); i++) {
                    start();
                }
                more = stuck ? Math.min(2 * more, most) : moves ? 1 : more;
                looks = stuck ? 0 : looks;
                before = finished;
            }
            awaitNextLook();
        }
    }

    private void awaitNextLook() {
        long until = System.nanoTime() + LOOK_NANOS;
        rest();
        for (long left = LOOK_NANOS; left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private int patience() {
        Runnable next;
        synchronized (this) {
            next = waiting.peek();
        }
        // Not under the lock: a task asks its lane, which may hold its own lock while it hands over a task.
        return next instanceof Turn turn && turn.isBrief() ? PATIENCE : 1;
    }

    /** Whoever adds a task looks at {@code resting} afterwards, and this the other way round: nobody is missed. */
    private void rest() {
        resting = true;
        while (!isShort()) {
            LockSupport.park(this);
        }
        resting = false;
    }

    private synchronized boolean isShort() {
        return waiting.size() > idle && threads < most;
    }
}
