package io.sheaf.protocol.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets something decide about what comes, in order and by one thread at a time. What comes alone is decided by whoever
 * brings it, since waking another thread takes longer than most decisions; what comes while somebody is at it, or shortly
 * after something else, is taken together by a thread of the loop's own, which also sees to what is due.
 *
 * <p>Safe for use by many threads.
 */
public final class EventLoop {
    /**
     * What is brought so soon after something else, or after a decision, was on its way meanwhile and is likely to be
     * followed by more, which costs one decision.
     */
    private static final long CLOSE_NANOS = 30_000;

    /** What follows from a decision may come back here at once; but whoever brings something has its own to do. */
    private static final int MOST_ROUNDS = 3;

    private static final long LONGEST_SLEEP_NANOS = TimeUnit.HOURS.toNanos(1);

    /** How long to wait for whoever is at it when something is due, before looking again. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Decider decider;
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.FREE);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean begun;
    private volatile boolean over;
    /** The turn is taken, and the loop's thread is to go on with it. */
    private volatile boolean handed;

    private volatile long due = System.nanoTime() + LONGEST_SLEEP_NANOS;
    private volatile long sleepsUntil = due;
    private volatile long lastBusy = System.nanoTime() - CLOSE_NANOS;
    private volatile @Nullable Thread runner;

    private enum Turn {
        FREE,
        TAKEN,
        /** Taken, and something has come since whoever has it looked. */
        WANTED
    }

    /** What decides. It is called by one thread at a time, not always the same, and must neither throw nor wait for long. */
    public interface Decider {
        /**
         * Runs what has come, in order, and does what follows from all of it.
         *
         * @param now {@link System#nanoTime}
         */
        void run(List<Runnable> queued, long now);

        /** When to run again at the latest, in {@link System#nanoTime}. */
        long nextDeadline();

        /** Whether that was the last time, but for what came meanwhile, which it is still given. */
        boolean isOver();
    }

    /** A loop that only queues what comes before {@link #begin}. */
    public EventLoop(String name, Decider decider) {
        this.decider = decider;
        this.thread = new Thread(this::serve, name);
        thread.setDaemon(true);
    }

    /** Runs what has come, and whatever comes, from now on. To be called once. */
    public void begin() {
        thread.start();
        begun = true;
        if (taken()) {
            handOver();
        }
    }

    /** What has come, for a decider that has not begun. */
    public List<Runnable> take() {
        List<Runnable> all = new ArrayList<>();
        for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
            all.add(task);
        }
        return all;
    }

    /**
     * Queues that, to be run by the loop's thread or by whoever is at it.
     *
     * @return false when this is over and will not run it
     */
    public boolean add(Runnable task) {
        return put(task, false);
    }

    /**
     * As {@link #add}; when it comes alone this thread runs it, with all that follows. Not for threads that hold a lock,
     * or that somebody waits for meanwhile.
     *
     * @param items of how many items it tells; with several it does not come alone, and whoever brings it can read the
     *     next ones meanwhile
     */
    public boolean bring(Runnable task, long items) {
        long now = System.nanoTime();
        boolean alone = items <= 1 && now - lastBusy >= CLOSE_NANOS;
        lastBusy = now;
        return put(task, alone);
    }

    private boolean put(Runnable task, boolean here) {
        queue.add(task);
        if (over && queue.remove(task)) {
            return false;
        }
        if (begun && taken()) {
            if (here) {
                runSome();
            } else {
                handOver();
            }
        }
        return true;
    }

    /** Waits until this is over, but not in the thread that is at it, and not for longer than that. */
    public void awaitEnd(long seconds) {
        if (runner == Thread.currentThread()) {
            return;
        }
        try {
            ended.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives this thread the turn, unless another has it: that one looks again then. */
    private boolean taken() {
        while (true) {
            if (turn.compareAndSet(Turn.FREE, Turn.TAKEN)) {
                return true;
            }
            if (turn.compareAndSet(Turn.TAKEN, Turn.WANTED) || turn.get() == Turn.WANTED) {
                return false;
            }
        }
    }

    private void handOver() {
        handed = true;
        LockSupport.unpark(thread);
    }

    private void runSome() {
        for (int i = 0; i < MOST_ROUNDS; i++) {
            run();
            if (isReleased()) {
                return;
            }
        }
        handOver();
    }

    private void runAll() {
        do {
            run();
        } while (!isReleased());
    }

    private void run() {
        long now = System.nanoTime();
        if (over || (queue.isEmpty() && due - now > 0)) {
            return;
        }
        runner = Thread.currentThread();
        decider.run(take(), now);
        due = decider.nextDeadline();
        if (decider.isOver()) {
            over = true;
            decider.run(take(), now);
            ended.countDown();
        }
        lastBusy = System.nanoTime();
        runner = null;
    }

    /** Gives the turn back, unless something has come meanwhile. */
    private boolean isReleased() {
        if (!turn.compareAndSet(Turn.TAKEN, Turn.FREE)) {
            turn.set(Turn.TAKEN);
            return false;
        }
        if (thread != Thread.currentThread() && (over || due - sleepsUntil < 0)) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    private void serve() {
        while (!over) {
            boolean busy = false;
            if (handed) {
                handed = false;
                runAll();
            } else if (due - System.nanoTime() <= 0) {
                busy = !taken();
                if (!busy) {
                    runAll();
                }
            }
            sleep(busy);
        }
    }

    private void sleep(boolean busy) {
        long seen = due;
        long now = System.nanoTime();
        sleepsUntil = busy ? now + PATIENCE_NANOS : seen;
        if (!over && !handed && due == seen && sleepsUntil - now > 0) {
            LockSupport.parkNanos(this, sleepsUntil - now);
        }
        // Nobody interrupts it; if that happened nevertheless, it could never sleep again.
        Thread.interrupted();
    }
}
