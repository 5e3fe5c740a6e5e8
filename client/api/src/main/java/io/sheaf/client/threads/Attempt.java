package io.sheaf.client.threads;

import io.sheaf.Cluster;
import io.sheaf.TaskContext;
import io.sheaf.client.backend.Waiting;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One start of an item: in a thread, and after that perhaps in a stage that is awaited without one. */
final class Attempt extends TaskContext implements Waiting {
    /** What items run on, as users see it. */
    static final String WORKER = "this JVM";

    private static final int LOOK_MILLIS = 5;
    private static final long LONGEST_BACKOFF_MILLIS = 300_000;

    final Item item;
    /** Whether what it returned is awaited; guarded by the lane's lock. */
    boolean awaited;

    private final ThreadsJob job;
    private final Place place;
    private long began;
    private @Nullable Thread thread;
    private @Nullable CompletionStage<?> stage;
    private boolean leftBehind;
    private @Nullable Future<?> deadline;
    private @Nullable Children children;
    private @Nullable Future<?> looks;
    private boolean ended;
    private volatile boolean preparing;
    private volatile @Nullable Stop stop;

    /** Why it is to end early. */
    enum Stop {
        CANCELLED,
        TIMED_OUT
    }

    /** An item of a job. */
    static final class Item {
        final long index;
        final @Nullable Object value;
        int attempts;

        Item(long index, @Nullable Object value) {
            this.index = index;
            this.value = value;
        }

        /** How long it waits before it is tried again, when the first time was that long: twice as long each time. */
        long backoffMillis(long first) {
            long millis = first;
            for (int attempt = 1; attempt < attempts && millis < LONGEST_BACKOFF_MILLIS; attempt++) {
                millis *= 2;
            }
            return Math.min(millis, LONGEST_BACKOFF_MILLIS);
        }
    }

    Attempt(ThreadsJob job, Item item) {
        this.job = job;
        this.item = item;
        this.place = new Place(job.lane());
    }

    /** Returns false when the thread was given up meanwhile, and is to end. */
    boolean run() {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        Object value = null;
        Throwable thrown = null;
        enter();
        if (isPrepared()) {
            begin();
            try {
                value = stop == null ? job.call(item.value) : null;
            } catch (Throwable e) {
                thrown = e;
            }
        } else {
            stop(Stop.CANCELLED);
        }
        leave();
        boolean goesOn = leaveThread();
        if (thrown == null && value instanceof CompletionStage<?> pending) {
            await(pending);
        } else {
            job.over(this, value, thrown);
        }
        return goesOn;
    }

    private boolean isPrepared() {
        preparing = true;
        try {
            return job.prepare(this);
        } finally {
            preparing = false;
        }
    }

    private void begin() {
        began = System.nanoTime();
        Future<?> set = job.setDeadline(this);
        synchronized (this) {
            deadline = set;
        }
    }

    /** No interrupt that is meant for this item may reach the next. */
    @SuppressWarnings("NullAway") // no thread any more
    private synchronized boolean leaveThread() {
        thread = null;
        place.left();
        boolean unused = Thread.interrupted();
        return !leftBehind;
    }

    private void await(CompletionStage<?> pending) {
        job.awaits(this);
        synchronized (this) {
            stage = pending;
        }
        try {
            var unused = pending.whenComplete((value, e) -> job.over(this, value, e == null ? null : unwrapped(e)));
        } catch (RuntimeException | Error e) {
            job.over(this, null, e);
        }
        if (stop != null) {
            cancelStage();
        }
    }

    private static Throwable unwrapped(Throwable thrown) {
        if (!(thrown instanceof CompletionException || thrown instanceof ExecutionException)) {
            return thrown;
        }
        Throwable cause = thrown.getCause();
        return cause != null ? cause : thrown;
    }

    /** Interrupts it, or the wait for what it returned. The first reason counts. */
    void stop(Stop why) {
        boolean waits;
        synchronized (this) {
            if (stop != null) {
                return;
            }
            stop = why;
            if (thread != null) {
                thread.interrupt();
            }
            waits = stage != null;
        }
        if (waits) {
            cancelStage();
        }
    }

    private void cancelStage() {
        CompletionStage<?> pending;
        synchronized (this) {
            pending = stage;
        }
        try {
            if (pending != null) {
                pending.toCompletableFuture().cancel(true);
            }
        } catch (RuntimeException e) {
            // It can only be awaited, which nobody does any more.
        }
        job.over(this, null, null);
    }

    /** Nobody waits for it any more; its thread is not the pool's any more. */
    void leaveBehind() {
        synchronized (this) {
            leftBehind = thread != null;
            if (leftBehind) {
                place.leftBehind();
            }
        }
    }

    /** Nothing stops it any more. */
    void ended() {
        Children left;
        synchronized (this) {
            ended = true;
            left = children;
            if (deadline != null) {
                deadline.cancel(false);
            }
            if (looks != null) {
                looks.cancel(false);
            }
        }
        if (left != null) {
            left.end();
        }
    }

    @Nullable
    Stop stopped() {
        return stop;
    }

    /** For how long it has run. */
    long nanos() {
        return System.nanoTime() - began;
    }

    /** Should this thread run an attempt, it has started something. */
    static void nestsInThisThread() {
        if (Waiting.ofThisThread() instanceof Attempt attempt) {
            attempt.nests();
        }
    }

    /** It has started something. Whatever way it waits for that, its place serves others meanwhile. */
    private synchronized void nests() {
        if (looks == null && !ended) {
            looks = job.alarms().every(LOOK_MILLIS, this::look);
        }
    }

    private synchronized void look() {
        if (thread != null) {
            Thread.State state = thread.getState();
            place.seen(state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING);
        }
    }

    @Override
    public void begins() {
        place.begins();
    }

    @Override
    public void ends() {
        place.ends();
    }

    @Override
    public synchronized Cluster cluster() {
        if (ended) {
            throw new IllegalStateException("The task has ended, and its cluster with it; use a pool of its caller");
        }
        if (children == null) {
            children = job.children();
        }
        return children.cluster();
    }

    @Override
    public String jobId() {
        return job.id();
    }

    @Override
    public long itemIndex() {
        return preparing ? -1 : item.index;
    }

    @Override
    public int attempt() {
        return item.attempts;
    }

    @Override
    public String worker() {
        return WORKER;
    }

    @Override
    public boolean isCancelled() {
        return stop != null;
    }

    @Override
    public void progress(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("Progress is from 0.0 to 1.0, but is " + part);
        }
    }
}
