package io.sheaf.client.session;

import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Headway;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The items of a job: which of them have ended, and those that were sent and have not, so that they can be sent again over
 * another connection. Memory grows with the unfinished items and with the gaps between them, not with those that have
 * ended. For one thread.
 */
final class KeptItems {
    private final TreeMap<Long, Segment> unfinished = new TreeMap<>();
    private final Intervals ended = new Intervals();
    private final ArrayDeque<Segment> resending = new ArrayDeque<>();
    private long failed;

    /** Another connection: nothing was sent over it yet. Gives what need not be. */
    Headway restart() {
        resending.clear();
        resending.addAll(unfinished.values());
        return new Headway(ended.ranges(), failed);
    }

    /** The next items that were unfinished when this connection began, and are still to be sent over it. */
    Optional<Segment> resend() {
        return Optional.ofNullable(resending.poll());
    }

    /** Further items were sent, which follow all earlier ones. */
    void add(Segment items) {
        if (items.count() > 0) {
            unfinished.put(items.from(), items);
        }
    }

    /** How many have ended with a result. */
    long succeeded() {
        return ended.size() - failed;
    }

    /** How many have failed, or were taken back. */
    long failed() {
        return failed;
    }

    /** Whether there is an item that was sent and has no end. */
    boolean isEmpty() {
        return unfinished.isEmpty();
    }

    /** How many bytes the items that are kept take, nearly. */
    long bytes() {
        return unfinished.values().stream().mapToLong(Segment::size).sum();
    }

    /**
     * Results have come.
     *
     * @return those that nobody knew before
     */
    List<Segment> finished(Segment results) {
        return ended.add(results.from(), results.to()).stream()
                .map(news -> {
                    take(news);
                    return results.slice(news.from(), news.to());
                })
                .toList();
    }

    /** An item will have no result; returns false when it has ended before. */
    boolean failed(long index) {
        List<Range> news = ended.add(index, index + 1);
        news.forEach(this::take);
        failed += news.size();
        return !news.isEmpty();
    }

    private void take(Range range) {
        Map.Entry<Long, Segment> around = unfinished.lowerEntry(range.from());
        Map.Entry<Long, Segment> next = around != null && around.getValue().to() > range.from()
                ? around
                : unfinished.ceilingEntry(range.from());
        while (next != null && next.getKey() < range.to()) {
            Segment items = next.getValue();
            unfinished.remove(next.getKey());
            keep(items, items.from(), Math.max(range.from(), items.from()));
            long after = Math.min(range.to(), items.to());
            keep(items, after, items.to());
            next = unfinished.ceilingEntry(after);
        }
    }

    private void keep(Segment items, long from, long to) {
        if (from < to) {
            unfinished.put(from, items.slice(from, to).compact());
        }
    }
}
