package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.protocol.item.SegmentWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring items in lists that each take about {@link #TARGET_NANOS} to work on, by what earlier ones took; of one
 * item each until that is known. What is left of a collection is spread over all slots. One thread reads, another reports.
 */
final class Batches implements Iterable<List<@Nullable Object>> {
    private static final long TARGET_NANOS = 50_000_000;
    private static final int GROWTH = 4;
    private static final int LARGEST_BYTES = 256 << 10;
    private static final int SHARES_PER_SLOT = 4;

    private final Iterable<?> items;
    private final JobOptions options;
    private final int largest;
    private final PoolCore core;
    private final ConcurrentLinkedQueue<Batch> unread = new ConcurrentLinkedQueue<>();
    private volatile double nanosPerItem;

    /** Which items are in a batch. */
    record Batch(long from, int count) {}

    Batches(PoolCore core, Iterable<?> items, JobOptions options) {
        this.core = core;
        this.items = items;
        this.options = options;
        this.largest = largest(options);
    }

    /** What is said of each item must hold for each item. */
    private static int largest(JobOptions options) {
        if (!options.timeout().isZero() || options.retries() > 0 || options.maxTasksPerProcess() > 0) {
            return 1;
        }
        return options.chunkSize() > 0 ? options.chunkSize() : Integer.MAX_VALUE;
    }

    /** The oldest batch for which this was not asked yet; null when that is true of none. */
    @Nullable
    Batch nextInOrder() {
        return unread.poll();
    }

    /** What one of them took. */
    void took(Batch batch, long nanos) {
        double measured = Math.max(1, (double) nanos / batch.count());
        nanosPerItem = nanosPerItem == 0 ? measured : (nanosPerItem + measured) / 2;
    }

    @Override
    public Iterator<List<@Nullable Object>> iterator() {
        Iterator<?> source = items.iterator();
        return new Iterator<>() {
            private long from;
            private int size = 1;

            @Override
            public boolean hasNext() {
                return source.hasNext();
            }

            @Override
            public List<@Nullable Object> next() {
                if (!source.hasNext()) {
                    throw new NoSuchElementException();
                }
                size = sizeAfter(size, from);
                List<@Nullable Object> batch = fill(source, size);
                unread.add(new Batch(from, batch.size()));
                from += batch.size();
                return batch;
            }
        };
    }

    private int sizeAfter(int before, long read) {
        double perItem = nanosPerItem;
        long wanted = perItem == 0 ? 1 : (long) Math.min(TARGET_NANOS / perItem, (double) before * GROWTH);
        if (items instanceof Collection<?> collection) {
            wanted = Math.min(wanted, (collection.size() - read) / ((long) SHARES_PER_SLOT * core.slots(options)));
        }
        return (int) Math.max(1, Math.min(wanted, largest));
    }

    private List<@Nullable Object> fill(Iterator<?> source, int size) {
        Object first = source.next();
        List<@Nullable Object> batch = new ArrayList<>();
        batch.add(first);
        long usual = size > 1 && core.isRemote() ? bytesOf(first) : 0;
        long bytes = usual;
        while (batch.size() < size && bytes < LARGEST_BYTES && source.hasNext()) {
            Object item = source.next();
            batch.add(item);
            bytes += Math.max(usual, lengthOf(item));
        }
        return batch;
    }

    /** What an item takes on the way, as far as one can tell by one; that it cannot be sent is found when it is. */
    private static long bytesOf(@Nullable Object item) {
        try {
            SegmentWriter writer = new SegmentWriter();
            writer.add(item);
            return writer.size();
        } catch (IOException e) {
            return 0;
        }
    }

    private static long lengthOf(@Nullable Object item) {
        if (item instanceof String text) {
            return text.length();
        }
        return item instanceof byte[] bytes ? bytes.length : 0;
    }
}
