package io.sheaf.client.threads;

import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.JobSummary;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A job in threads of this JVM. Its state is guarded by the lock of its lane; nothing is told while that is held. */
final class ThreadsJob implements Job {
    private static final long GRACE_MILLIS = 2000;
    private static final int READ_AHEAD = 1024;

    private final String id;
    private final Lane lane;
    private final ReentrantLock lock;
    private final Condition room;
    private final Supplier<Children> children;
    private final Alarms alarms;
    private final Work work;
    private final JobOptions options;
    private final JobEvents events;
    private final Lane.Entry entry;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final TreeMap<Long, Attempt.Item> waiting = new TreeMap<>();
    private final Map<Long, Attempt.Item> delayed = new HashMap<>();
    private final Map<Long, Attempt> running = new HashMap<>();
    private long added;
    private long open;
    private int mostWaiting;
    private boolean inputEnded;
    private boolean preparing;
    private volatile boolean prepared;
    private boolean stopped;
    private boolean told;
    private final Tally tally = new Tally();
    private @Nullable RuntimeException why;

    ThreadsJob(
            long number,
            Lane lane,
            Alarms alarms,
            Supplier<Children> children,
            Assignment assignment,
            JobEvents events) {
        this.children = children;
        this.id = Long.toString(number);
        this.lane = lane;
        this.lock = lane.lock;
        this.room = lock.newCondition();
        this.alarms = alarms;
        this.events = events;
        this.work = Work.of(assignment);
        this.options = assignment.options();
        // Whoever submits calls holds on to their futures, and expects no executor to make him wait.
        this.mostWaiting = assignment.function().isPresent() ? READ_AHEAD + lane.limit() : Integer.MAX_VALUE;
        this.entry = new Lane.Entry(this, number, options.priority(), options.weight());
        this.prepared = options.initializer().isEmpty();
    }

    /** For what one of its tasks starts itself. */
    Children children() {
        return children.get();
    }

    Alarms alarms() {
        return alarms;
    }

    String id() {
        return id;
    }

    Lane lane() {
        return lane;
    }

    /** How it stands. */
    JobSummary summary() {
        lock.lock();
        try {
            return tally.summary(id, options.name(), inputEnded ? added : -1, running.size(), stopped, why);
        } finally {
            lock.unlock();
        }
    }

    /** Completes when its end was told. */
    CompletableFuture<Void> over() {
        return over;
    }

    @Override
    public void start() {}

    @Override
    public void awaitAccepted() {}

    @Override
    public long add(@Nullable Object item) throws InterruptedException {
        Attempt.nestsInThisThread();
        while (true) {
            lock.lock();
            try {
                if (inputEnded || stopped) {
                    return -1;
                }
                if (waiting.size() < mostWaiting) {
                    long index = added++;
                    open++;
                    queue(new Attempt.Item(index, item));
                    return index;
                }
            } finally {
                lock.unlock();
            }
            awaitRoom();
        }
    }

    private void awaitRoom() throws InterruptedException {
        Waiting place = Waiting.ofThisThread();
        place.begins();
        try {
            lock.lockInterruptibly();
            try {
                while (!stopped && !inputEnded && waiting.size() >= mostWaiting) {
                    room.await();
                }
            } finally {
                lock.unlock();
            }
        } finally {
            place.ends();
        }
    }

    @Override
    public void takeAll() {
        inLock(() -> {
            mostWaiting = Integer.MAX_VALUE;
            room.signalAll();
        });
    }

    @Override
    public void end() {
        inLock(() -> {
            inputEnded = true;
            room.signalAll();
        });
    }

    @Override
    public void cancel(long index) {
        Attempt[] started = new Attempt[1];
        inLock(() -> {
            if (waiting.remove(index) != null || delayed.remove(index) != null) {
                open--;
                offer();
            }
            started[0] = running.get(index);
        });
        if (started[0] != null) {
            stop(started[0], Attempt.Stop.CANCELLED);
        }
    }

    @Override
    public List<@Nullable Object> withdraw() {
        List<@Nullable Object> unstarted = new ArrayList<>();
        inLock(() -> {
            waiting.values().forEach(item -> unstarted.add(item.value));
            open -= waiting.size();
            waiting.clear();
            offer();
        });
        return unstarted;
    }

    @Override
    public void cancel() {
        stopAll(new CancellationException("The job was cancelled"));
    }

    /** Its end is told now, whatever still runs. */
    void abandon() {
        stopAll(new CancellationException("The pool has ended"));
        inLock(() -> open = 0);
    }

    private void stopAll(RuntimeException reason) {
        List<Attempt> started = new ArrayList<>();
        inLock(() -> {
            if (!stopped) {
                stopped = true;
                why = reason;
                open -= waiting.size() + delayed.size();
                waiting.clear();
                delayed.clear();
                offer();
                started.addAll(running.values());
                room.signalAll();
            }
        });
        started.forEach(attempt -> stop(attempt, Attempt.Stop.CANCELLED));
    }

    private void stop(Attempt attempt, Attempt.Stop reason) {
        attempt.stop(reason);
        Future<?> unused = alarms.later(() -> giveUp(attempt), GRACE_MILLIS);
    }

    private void giveUp(Attempt attempt) {
        attempt.leaveBehind();
        over(attempt, null, null);
    }

    /** The next item, started; null when there is none. With the lock. */
    @Nullable
    Attempt startNext() {
        Map.Entry<Long, Attempt.Item> next = waiting.pollFirstEntry();
        if (next == null) {
            return null;
        }
        if (waiting.size() == mostWaiting / 2) {
            room.signalAll();
        }
        Attempt attempt = new Attempt(this, next.getValue());
        next.getValue().attempts++;
        running.put(next.getKey(), attempt);
        preparing = !prepared;
        return attempt;
    }

    /** Whether there is something to start. With the lock. */
    boolean isReady() {
        return !waiting.isEmpty() && !preparing;
    }

    /** Runs the initializer, once for the job, before its first item; false when the item is not to be run. */
    boolean prepare(Attempt first) {
        if (prepared) {
            return true;
        }
        try {
            if (first.stopped() == null) {
                options.initializer().orElseThrow().runRemote();
                prepared = true;
            }
        } catch (Throwable e) {
            if (first.stopped() == null) {
                stopAll(new JobRejectedException(
                        "The initializer of job " + id + " failed in this JVM: " + Work.headline(e)));
            }
        }
        inLock(() -> {
            preparing = false;
            offer();
        });
        return prepared;
    }

    @Nullable
    Object call(@Nullable Object item) throws Exception {
        return work.apply(item);
    }

    @Nullable
    Future<?> setDeadline(Attempt attempt) {
        long millis = options.timeout().toMillis();
        return millis == 0 ? null : alarms.later(() -> stop(attempt, Attempt.Stop.TIMED_OUT), millis);
    }

    /** What it returned will come later. */
    void awaits(Attempt attempt) {
        inLock(() -> {
            if (running.get(attempt.item.index) == attempt) {
                attempt.awaited = true;
                lane.awaits();
            }
        });
    }

    /** An attempt has ended, or is waited for no more; only the first time counts. */
    void over(Attempt attempt, @Nullable Object value, @Nullable Throwable thrown) {
        boolean[] retried = new boolean[1];
        boolean[] first = new boolean[1];
        inLock(() -> {
            first[0] = running.remove(attempt.item.index, attempt);
            if (first[0] && attempt.awaited) {
                lane.awaitedOne();
            }
            boolean failed = thrown != null && attempt.stopped() == null && !stopped;
            retried[0] = first[0] && failed && attempt.item.attempts <= options.retries();
            if (retried[0]) {
                delay(attempt.item);
            }
        });
        if (!first[0]) {
            return;
        }
        attempt.ended();
        if (!retried[0]) {
            try {
                tell(attempt, value, thrown);
            } finally {
                inLock(() -> {
                    open--;
                    count(attempt.stopped(), thrown != null);
                });
            }
        }
    }

    private void count(Attempt.@Nullable Stop reason, boolean threw) {
        if (reason == null && !threw) {
            tally.succeeded();
        } else if (reason != Attempt.Stop.CANCELLED) {
            tally.failed();
        }
    }

    private void tell(Attempt attempt, @Nullable Object value, @Nullable Throwable thrown) {
        Attempt.Stop reason = attempt.stopped();
        if (reason == Attempt.Stop.TIMED_OUT) {
            events.failed(work.timedOut(attempt, options.timeout()));
        } else if (reason == null && thrown != null) {
            events.failed(work.failed(attempt, thrown));
        } else if (reason == null) {
            events.results(work.value(attempt, value));
        }
    }

    private void delay(Attempt.Item item) {
        delayed.put(item.index, item);
        Future<?> unused = alarms.later(
                () -> inLock(() -> {
                    if (delayed.remove(item.index, item)) {
                        queue(item);
                    }
                }),
                item.backoffMillis(options.retryBackoff().toMillis()));
    }

    private void queue(Attempt.Item item) {
        waiting.put(item.index, item);
        offer();
    }

    private void offer() {
        if (isReady()) {
            lane.offer(entry);
        } else {
            lane.withdraw(entry);
        }
    }

    /** Changes the state; and if that was the end of the job, tells it. */
    private void inLock(Runnable change) {
        boolean ends;
        lock.lock();
        try {
            change.run();
            ends = !told && open == 0 && (inputEnded || stopped);
            if (ends) {
                told = true;
                tally.ended();
            }
        } finally {
            lock.unlock();
        }
        if (ends) {
            events.ended(why);
            over.complete(null);
        }
    }
}
