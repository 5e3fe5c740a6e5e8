package io.sheaf.client.pool;

import io.sheaf.Outcome;
import io.sheaf.TaskFailedException;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.Values;
import io.sheaf.protocol.item.Timed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Runs a function over all items and collects what came of them in their order. */
final class OrderedRun {
    private final Inbox inbox = new Inbox();
    private final Job job;
    private final boolean everyItem;

    /** Where results are wanted with times, every item runs, whatever becomes of others. */
    OrderedRun(PoolCore core, Assignment assignment) {
        this.job = core.job(assignment, inbox);
        this.everyItem = assignment.timed();
        core.start(job, inbox.over(), () -> {});
    }

    /** As {@link #feed}, returning as soon as all items are read, whether or not any has started. */
    OrderedRun feedAtOnce(Iterable<?> items) {
        job.takeAll();
        return feed(items);
    }

    /** Reads all items, in the caller's thread; returns early when no further ones are of use. */
    OrderedRun feed(Iterable<?> items) {
        try {
            long index = 0;
            for (Object item : items) {
                try {
                    if ((inbox.isFailing() && !everyItem) || job.add(item) < 0) {
                        return this;
                    }
                } catch (IOException e) {
                    throw Failures.unserializable("Item " + index, e);
                }
                index++;
            }
            job.end();
            return this;
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (RuntimeException | Error e) {
            job.cancel();
            throw e;
        }
    }

    /** Waits for all results; the first failure cancels the rest and is thrown. */
    List<@Nullable Object> collect() {
        List<@Nullable Object> results = new ArrayList<>();
        read(arrival -> {
            if (arrival instanceof Inbox.Arrival.Failed failed) {
                throw failed.item().exception().get();
            }
            Values values = ((Inbox.Arrival.Results) arrival).values();
            makeRoom(results, values.to());
            for (long index = values.from(); index < values.to(); index++) {
                results.set((int) index, values.get(index));
            }
        });
        return results;
    }

    /** Waits until all items have ended. */
    <R> List<Outcome<R>> outcomes() {
        List<Outcome<R>> outcomes = new ArrayList<>();
        read(arrival -> {
            if (arrival instanceof Inbox.Arrival.Failed failed) {
                FailedItem item = failed.item();
                makeRoom(outcomes, item.index() + 1);
                outcomes.set(
                        (int) item.index(),
                        failure(item.index(), item.exception().get(), item.nanos()));
                return;
            }
            Values values = ((Inbox.Arrival.Results) arrival).values();
            makeRoom(outcomes, values.to());
            for (long index = values.from(); index < values.to(); index++) {
                outcomes.set((int) index, outcome(values, index));
            }
        });
        return outcomes;
    }

    void cancel() {
        job.cancel();
    }

    /** What becomes of what arrives. */
    private interface Reader {
        void read(Inbox.Arrival arrival);
    }

    private void read(Reader reader) {
        try {
            for (Inbox.Arrival next = inbox.take(); next != null; next = inbox.take()) {
                reader.read(next);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (RuntimeException | Error e) {
            job.cancel();
            throw e;
        }
    }

    @SuppressWarnings("unchecked") // the caller's types say what the function returns
    private static <R> Outcome<R> outcome(Values values, long index) {
        try {
            if (values.get(index) instanceof Timed timed) {
                Duration runTime = Duration.ofNanos(timed.nanos());
                return new Outcome<>(index, (R) timed.value(), null, timed.attempts(), timed.worker(), runTime);
            }
            throw new IllegalStateException("The result of item " + index + " came without its times");
        } catch (TaskFailedException e) {
            return failure(index, e, 0);
        }
    }

    private static <R> Outcome<R> failure(long index, TaskFailedException e, long nanos) {
        return new Outcome<>(index, null, e, e.attempts(), e.worker(), Duration.ofNanos(nanos));
    }

    private static <E> void makeRoom(List<@Nullable E> list, long size) {
        int missing = (int) (size - list.size());
        if (missing > 0) {
            list.addAll(Collections.nCopies(missing, null));
        }
    }

    private CancellationException interrupted() {
        job.cancel();
        Thread.currentThread().interrupt();
        return new CancellationException("Interrupted; the job was cancelled");
    }
}
