package io.sheaf.protocol.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the parts of a process decide, by one thread at a time. What comes alone is decided by whoever brings it, since
 * waking another thread takes longer than most decisions; what comes while somebody is at it, or shortly after something
 * else, is taken together by a thread of the loop's own, which also sees to what is due. That thread begins with the
 * first part and ends with the last.
 *
 * <p>Safe for use by many threads.
 */
public final class EventLoop {
    /** What is brought so soon after something else is likely to be followed by more, which costs one decision. */
    private static final long CLOSE_NANOS = 30_000;

    /** Parts that share a loop answer each other: there and back, and whatever came meanwhile. */
    private static final int MOST_PASSES = 3;

    private static final long LONGEST_SLEEP_NANOS = TimeUnit.HOURS.toNanos(1);

    /** How long to wait for whoever is at it when something is due, before looking again. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final String name;
    private final List<Inbox> inboxes = new CopyOnWriteArrayList<>();
    private final AtomicReference<Turn> turn = new AtomicReference<>(Turn.FREE);
    private volatile @Nullable Thread thread;
    /** The turn is taken, and the loop's thread is to go on with it. */
    private volatile boolean handed;

    private volatile long due = System.nanoTime() + LONGEST_SLEEP_NANOS;
    private volatile long sleepsUntil = due;
    private volatile long lastBrought = System.nanoTime() - CLOSE_NANOS;
    private volatile @Nullable Thread runner;

    private enum Turn {
        FREE,
        TAKEN,
        /** Taken, and something has come since whoever has it looked. */
        WANTED
    }

    /** What decides. It is called by one thread at a time, not always the same, and must neither throw nor wait for long. */
    public interface Part {
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

    /** A loop without parts. */
    public EventLoop(String name) {
        this.name = name;
    }

    /** Where things come in for a part, which runs from {@link Inbox#begin} on. */
    public Inbox inbox(Part part) {
        return new Inbox(part);
    }

    private void join(Inbox inbox) {
        synchronized (inboxes) {
            inboxes.add(inbox);
            if (thread == null) {
                Thread starting = new Thread(this::serve, name);
                starting.setDaemon(true);
                thread = starting;
                starting.start();
            }
        }
    }

    /** What has come for a part. */
    public final class Inbox {
        private final Part part;
        private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
        private final CountDownLatch ended = new CountDownLatch(1);
        private long nextRun = System.nanoTime() + LONGEST_SLEEP_NANOS;
        private volatile boolean begun;
        private volatile boolean over;

        private Inbox(Part part) {
            this.part = part;
        }

        /** The part is a part of the loop from now on, and runs once something has come. To be called once. */
        public void begin() {
            join(this);
            begun = true;
            if (taken()) {
                handOver();
            }
        }

        /**
         * Queues that, to be run by the loop's thread or by whoever is at it.
         *
         * @return false when the part is over and will not run it
         */
        public boolean add(Runnable task) {
            return put(task, false);
        }

        /**
         * As {@link #add}; when it comes alone this thread runs it, with all that follows. Not for threads that hold a lock,
         * or that somebody waits for meanwhile.
         */
        public boolean bring(Runnable task) {
            long now = System.nanoTime();
            boolean alone = now - lastBrought >= CLOSE_NANOS;
            lastBrought = now;
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

        /** Waits until the part is over, but not in the thread that runs it, and not for longer than that. */
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

        /** What has come: for a part that has not begun. */
        public List<Runnable> take() {
            List<Runnable> all = new ArrayList<>();
            for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                all.add(task);
            }
            return all;
        }

        private void run(long now) {
            if (over || (queue.isEmpty() && nextRun - now > 0)) {
                return;
            }
            part.run(take(), now);
            nextRun = part.nextDeadline();
            if (part.isOver()) {
                over = true;
                part.run(take(), now);
                ended.countDown();
            }
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
        for (int i = 0; i < MOST_PASSES; i++) {
            pass();
            if (isReleased()) {
                return;
            }
        }
        handOver();
    }

    private void pass() {
        runner = Thread.currentThread();
        long now = System.nanoTime();
        inboxes.forEach(inbox -> inbox.run(now));
        runner = null;
    }

    /** Gives the turn back, unless something has come meanwhile. */
    private boolean isReleased() {
        long now = System.nanoTime();
        long wait = LONGEST_SLEEP_NANOS;
        for (Inbox inbox : inboxes) {
            if (!inbox.over) {
                wait = Math.min(wait, inbox.nextRun - now);
            }
        }
        due = now + wait;
        if (!turn.compareAndSet(Turn.TAKEN, Turn.FREE)) {
            turn.set(Turn.TAKEN);
            return false;
        }
        if (thread != Thread.currentThread() && (due - sleepsUntil < 0 || isOver())) {
            LockSupport.unpark(thread);
        }
        return true;
    }

    private boolean isOver() {
        return inboxes.stream().allMatch(inbox -> inbox.over);
    }

    private void serve() {
        while (true) {
            boolean waited = false;
            if (handed) {
                handed = false;
                runAll();
            } else if (due - System.nanoTime() <= 0) {
                waited = !taken();
                if (!waited) {
                    runAll();
                }
            }
            synchronized (inboxes) {
                if (isOver()) {
                    thread = null;
                    return;
                }
            }
            sleep(waited);
        }
    }

    private void runAll() {
        do {
            pass();
        } while (!isReleased());
    }

    private void sleep(boolean isBusy) {
        long seen = due;
        long now = System.nanoTime();
        sleepsUntil = isBusy ? now + PATIENCE_NANOS : seen;
        if (!handed && due == seen && sleepsUntil - now > 0) {
            LockSupport.parkNanos(this, sleepsUntil - now);
        }
        // Nobody interrupts it; if that happened nevertheless, it could never sleep again.
        Thread.interrupted();
    }
}
