package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.ResultStream;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.Values;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Results as they are read. A thread of the pool reads the items, at most a window ahead of the oldest result that was
 * not read; the window grows while the reader has to wait.
 */
final class LazyResults<R> implements ResultStream<R> {
    private static final long LARGEST_WINDOW = 1 << 16;
    private static final long SHARES_PER_SLOT = 4;
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private final PoolCore core;
    private final Reading reading;
    private final JobOptions options;
    private final boolean ordered;
    private final long fixedWindow;
    private final Inbox inbox = new Inbox();
    private final Job job;
    private final TreeMap<Long, Inbox.Arrival> early = new TreeMap<>();
    private final ArrayDeque<Inbox.Arrival> next = new ArrayDeque<>();
    private final Object lock = new Object();
    private long position;
    private long read;
    private long window;
    private boolean poolCloses;
    private boolean sourceEnded;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException sourceFailed;

    /** How results are read. */
    enum Reading {
        /** In the order of the items, by a user, who may stop at any time. */
        IN_ORDER,
        /** As they finish, by a user, who may stop at any time. */
        AS_THEY_FINISH,
        /** In the order of the items and to their end, which closing the pool therefore waits for. */
        TO_THE_END
    }

    LazyResults(PoolCore core, Assignment assignment, Iterable<?> items, Reading reading) {
        this.core = core;
        this.reading = reading;
        this.ordered = reading != Reading.AS_THEY_FINISH;
        this.options = assignment.options();
        this.fixedWindow = options.window();
        this.window = fixedWindow > 0 ? fixedWindow : SHARES_PER_SLOT * core.slots(options);
        this.job = core.job(assignment, inbox);
        core.start(job, inbox.over(), reading == Reading.TO_THE_END ? () -> {} : this::stopReading);
        core.run(() -> readAhead(items));
    }

    private void readAhead(Iterable<?> items) {
        long index = 0;
        try {
            Iterator<?> iterator = items.iterator();
            while (awaitRoom(index) && iterator.hasNext()) {
                if (job.add(iterator.next()) < 0) {
                    break;
                }
                index++;
            }
            endSource(null);
        } catch (IOException e) {
            endSource(Failures.unserializable("Item " + index, e));
        } catch (RuntimeException e) {
            endSource(e);
        } catch (Error e) {
            endSource(new IllegalStateException("Reading the items failed", e));
        } catch (InterruptedException e) {
            endSource(new CancellationException("Reading the items was interrupted"));
            Thread.currentThread().interrupt();
        }
    }

    /** Returns false when nobody will read any more. */
    private boolean awaitRoom(long index) throws InterruptedException {
        synchronized (lock) {
            while (!isOver() && index >= read + window) {
                if (poolCloses) {
                    endSource(cutOff());
                    return false;
                }
                lock.wait();
            }
            return !isOver();
        }
    }

    private boolean isOver() {
        return closed || sourceEnded || inbox.over().isDone();
    }

    /**
     * No further items come, for a reason that is told after the results of those that did. The first reason counts. A job
     * whose stream was closed is cancelled instead: it has not succeeded with the items that had come by then.
     */
    private void endSource(@Nullable RuntimeException why) {
        boolean ends;
        synchronized (lock) {
            if (!sourceEnded) {
                sourceEnded = true;
                sourceFailed = why;
                lock.notifyAll();
            }
            ends = !closed;
        }
        if (ends) {
            job.end();
        }
    }

    /**
     * The pool is being closed, and must not wait for ever because nobody reads these results: items are read as far as
     * there is room, and as they come at once.
     */
    private void stopReading() {
        synchronized (lock) {
            poolCloses = true;
            lock.notifyAll();
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            try {
                for (long left = PATIENCE_NANOS; left > 0 && !isOver(); left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                }
            } catch (InterruptedException e) {
                // Whoever closes the pool will see that next, and cancel all.
                Thread.currentThread().interrupt();
            }
        }
        endSource(cutOff());
    }

    private static CancellationException cutOff() {
        return new CancellationException(
                "The pool was closed before all items were read; read a stream to its end before its pool is closed");
    }

    @Override
    public boolean hasNext() {
        if (closed) {
            return false;
        }
        try {
            while (!advance()) {
                Inbox.Arrival arrival = inbox.poll();
                if (arrival == null) {
                    widen();
                    arrival = inbox.take();
                }
                if (arrival == null) {
                    return sourceFailed != null;
                }
                accept(arrival);
            }
            return true;
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted; the job was cancelled");
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the caller's types say what the function returns, null included
    public R next() {
        if (!hasNext()) {
            throw new NoSuchElementException("Every result was read, or the stream was closed");
        }
        Inbox.Arrival head = next.peek();
        if (head == null) {
            RuntimeException failed = sourceFailed;
            sourceFailed = null;
            close();
            throw failed;
        }
        if (head instanceof Inbox.Arrival.Failed failed) {
            next.remove();
            consumed(ordered ? failed.item().index() + 1 : 0);
            throw failed.item().exception().get();
        }
        Values values = ((Inbox.Arrival.Results) head).values();
        long index = Math.max(position, values.from());
        consumed(index + 1);
        if (index + 1 == values.to()) {
            next.remove();
            if (!ordered) {
                position = 0;
            }
        }
        return (R) values.get(index);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            lock.notifyAll();
        }
        if (!inbox.over().isDone()) {
            job.cancel();
        }
        inbox.breakOff(new CancellationException("The stream was closed"));
    }

    /** Whether there is something to give. */
    private boolean advance() {
        if (!next.isEmpty()) {
            return true;
        }
        Map.Entry<Long, Inbox.Arrival> first = ordered ? early.firstEntry() : null;
        if (first != null && first.getKey() == position) {
            early.remove(first.getKey());
            next.add(first.getValue());
        }
        return !next.isEmpty();
    }

    private void accept(Inbox.Arrival arrival) {
        if (!ordered) {
            next.add(arrival);
        } else if (arrival instanceof Inbox.Arrival.Results results) {
            early.put(results.values().from(), arrival);
        } else {
            FailedItem failure = ((Inbox.Arrival.Failed) arrival).item();
            early.put(failure.index(), arrival);
        }
    }

    private void consumed(long nextPosition) {
        position = nextPosition;
        synchronized (lock) {
            read++;
            lock.notifyAll();
        }
    }

    /** A reduction's items are large enough that a few for each slot keep them all busy. */
    private long largest() {
        return reading == Reading.TO_THE_END ? SHARES_PER_SLOT * SHARES_PER_SLOT * core.slots(options) : LARGEST_WINDOW;
    }

    private void widen() {
        synchronized (lock) {
            if (fixedWindow == 0 && window < largest()) {
                window = Math.max(window, SHARES_PER_SLOT * core.slots(options));
                window *= read >= window ? 2 : 1;
                lock.notifyAll();
            }
        }
    }
}
