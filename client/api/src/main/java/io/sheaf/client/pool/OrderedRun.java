package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.client.session.Feed;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Runs a function over all items and collects the results in their order. */
final class OrderedRun {
    private final PoolCore core;
    private final Inbox inbox = new Inbox();
    private final Feed feed = new Feed();
    private final PoolCore.Running job;
    private final SegmentReader reader;

    OrderedRun(PoolCore core, Object function, JobOptions options) {
        this.core = core;
        this.reader = core.reader();
        Work work = PoolCore.closure(function);
        this.job = core.start(core.spec(work, options, PoolCore.nameOf(function)), feed, inbox, inbox.over(), () -> {});
    }

    /** Reads all items, in the caller's thread; returns early when an item has failed or the job has ended before. */
    void feed(Iterable<?> items) {
        try {
            long index = 0;
            for (Object item : items) {
                try {
                    if (inbox.isFailing() || feed.add(item) < 0) {
                        return;
                    }
                } catch (IOException e) {
                    throw PoolCore.unserializable("Item " + index, e);
                }
                index++;
            }
            feed.end();
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
        try {
            for (Inbox.Arrival next = inbox.take(); next != null; next = inbox.take()) {
                if (next instanceof Inbox.Arrival.Failed failed) {
                    throw Failures.exception(failed.failure(), core.classes());
                }
                place(((Inbox.Arrival.Results) next).segment(), results);
            }
            return results;
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (RuntimeException | Error e) {
            job.cancel();
            throw e;
        }
    }

    void cancel() {
        job.cancel();
    }

    private void place(Segment segment, List<@Nullable Object> results) {
        int missing = (int) (segment.to() - results.size());
        if (missing > 0) {
            results.addAll(Collections.nCopies(missing, null));
        }
        for (long index = segment.from(); index < segment.to(); index++) {
            results.set((int) index, Results.read(reader, segment, index));
        }
    }

    private CancellationException interrupted() {
        job.cancel();
        Thread.currentThread().interrupt();
        return new CancellationException("Interrupted; the job was cancelled");
    }
}
