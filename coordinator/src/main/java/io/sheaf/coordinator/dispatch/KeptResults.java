package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** What a detached job has come to, until it is fetched. For one thread. */
final class KeptResults {
    private static final long PAGE_BYTES = 1 << 20;
    private static final int PAGE_FAILURES = 1000;
    private static final long LOG_BYTES = 1 << 20;

    private final TreeMap<Long, Segment> results = new TreeMap<>();
    private final TreeMap<Long, ItemFailure> failures = new TreeMap<>();
    private final ArrayDeque<Output> log = new ArrayDeque<>();
    private long logBytes;
    private long logDropped;
    private long logDroppedBytes;

    void add(Segment segment) {
        results.put(segment.from(), segment.compact());
    }

    void add(ItemFailure failure) {
        failures.put(failure.index(), failure);
    }

    Optional<ItemFailure> failure(long index) {
        return Optional.ofNullable(failures.get(index));
    }

    void add(Output output) {
        log.add(output);
        logBytes += output.text().length();
        while (logBytes > LOG_BYTES && log.size() > 1) {
            long length = log.remove().text().length();
            logBytes -= length;
            logDroppedBytes += length;
            logDropped++;
        }
    }

    /**
     * What has ended from an index on, until the page is full.
     *
     * @param total how many items the job has, as far as known
     * @param over whether nothing ends any more: then what never got a result is passed over; otherwise the page stops
     *     at the first item that has not ended
     */
    ToClient.Page page(long request, long from, OptionalLong total, boolean over) {
        List<Segment> segments = new ArrayList<>();
        List<ItemFailure> failed = new ArrayList<>();
        long next = from;
        long bytes = 0;
        boolean more = true;
        while (more && bytes < PAGE_BYTES && failed.size() < PAGE_FAILURES) {
            Map.Entry<Long, Segment> entry = results.floorEntry(next);
            ItemFailure failure = failures.get(next);
            if (entry != null && entry.getValue().to() > next) {
                Segment segment = entry.getValue();
                segments.add(segment.slice(next, segment.to()));
                bytes += segment.size();
                next = segment.to();
            } else if (failure != null) {
                failed.add(failure);
                next++;
            } else {
                OptionalLong following = over ? firstFrom(next) : OptionalLong.empty();
                more = following.isPresent();
                next = following.orElse(next);
            }
        }
        boolean complete = (over && !more) || (total.isPresent() && next >= total.getAsLong());
        return new ToClient.Page(request, segments, failed, next, complete);
    }

    private OptionalLong firstFrom(long index) {
        Long result = results.ceilingKey(index);
        Long failure = failures.ceilingKey(index);
        if (result == null && failure == null) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(
                Math.min(result == null ? Long.MAX_VALUE : result, failure == null ? Long.MAX_VALUE : failure));
    }

    /** What was printed, from a position on. */
    ToClient.Log log(long request, long from) {
        List<Output> printed = new ArrayList<>();
        long position = logDropped;
        for (Output output : log) {
            if (position++ >= from) {
                printed.add(output);
            }
        }
        return new ToClient.Log(request, printed, position, from < logDropped ? logDroppedBytes : 0);
    }
}
