package io.sheaf.client.session;

import io.sheaf.protocol.item.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The items of a job that have no result yet, so that they can be sent again over another connection, where they get
 * other numbers: each connection counts what was sent over it from 0. Memory grows with the unfinished items and with the
 * gaps between them, not with those that have ended. For one thread.
 */
final class KeptItems {
    private final TreeMap<Long, Segment> unfinished = new TreeMap<>();
    /** Where a run of neighbours begins, there and here, and the other way round; a run ends where the next one begins. */
    private final TreeMap<Long, Long> ownIndexes = new TreeMap<>();

    private final TreeMap<Long, Long> sentIndexes = new TreeMap<>();
    private long sent;
    private long resentBefore;
    private long known;

    /** Another connection: nothing was sent over it yet. */
    void restart() {
        ownIndexes.clear();
        sentIndexes.clear();
        sent = 0;
        resentBefore = 0;
    }

    /** The next unfinished items that were sent over an earlier connection only, numbered for this one. */
    Optional<Segment> resend() {
        Map.Entry<Long, Segment> next = unfinished.ceilingEntry(resentBefore);
        if (next == null || next.getKey() >= known) {
            resentBefore = known;
            return Optional.empty();
        }
        return Optional.of(number(next.getValue()));
    }

    /** Further items, which follow all earlier ones; gives them as numbered for this connection. */
    Segment add(Segment items) {
        if (items.count() > 0) {
            unfinished.put(items.from(), items);
        }
        known = items.to();
        return number(items);
    }

    private Segment number(Segment items) {
        Map.Entry<Long, Long> last = ownIndexes.lastEntry();
        if (last == null || items.from() - last.getValue() != sent - last.getKey()) {
            ownIndexes.put(sent, items.from());
            sentIndexes.put(items.from(), sent);
        }
        Segment numbered = items.at(sent);
        sent = numbered.to();
        resentBefore = items.to();
        return numbered;
    }

    /** How many items were sent over this connection. */
    long sent() {
        return sent;
    }

    /** Whether there is an item without an end. */
    boolean isEmpty() {
        return unfinished.isEmpty();
    }

    /** How many bytes the items that are kept take, nearly. */
    long bytes() {
        return unfinished.values().stream().mapToLong(Segment::size).sum();
    }

    /**
     * Results came over this connection.
     *
     * @return those that nobody knew before, numbered as their items were at first
     */
    List<Segment> finished(Segment results) {
        List<Segment> news = new ArrayList<>();
        long at = results.from();
        while (at < results.to()) {
            Map.Entry<Long, Long> run = ownIndexes.floorEntry(at);
            if (run == null) {
                return news;
            }
            Long nextRun = ownIndexes.higherKey(at);
            long end = nextRun == null ? results.to() : Math.min(results.to(), nextRun);
            Segment own = results.slice(at, end).at(run.getValue() + at - run.getKey());
            for (Segment part : take(own.from(), own.to())) {
                news.add(own.slice(part.from(), part.to()));
            }
            at = end;
        }
        return news;
    }

    /**
     * An item has failed.
     *
     * @param index its number over this connection
     * @return its first number; empty when it had ended before
     */
    OptionalLong failed(long index) {
        long own = firstIndex(index);
        return take(own, own + 1).isEmpty() ? OptionalLong.empty() : OptionalLong.of(own);
    }

    /** The first number of an item, given the one that it has over this connection. */
    long firstIndex(long index) {
        Map.Entry<Long, Long> run = ownIndexes.floorEntry(index);
        return run == null ? index : run.getValue() + index - run.getKey();
    }

    /** Nobody wants this item any more. */
    Dropped drop(long index) {
        if (take(index, index + 1).isEmpty()) {
            return new Dropped(false, OptionalLong.empty());
        }
        return new Dropped(true, sentAs(index));
    }

    /** The number over this connection of an item that has not ended; empty when it was not sent over this one. */
    OptionalLong sentAs(long index) {
        Map.Entry<Long, Long> run = index < resentBefore ? sentIndexes.floorEntry(index) : null;
        return run == null ? OptionalLong.empty() : OptionalLong.of(run.getValue() + index - run.getKey());
    }

    /**
     * What became of an item that nobody wants.
     *
     * @param isNews whether it had not ended before
     * @param sentAs its number over this connection; empty when it has ended, or was not sent over this one
     */
    record Dropped(boolean isNews, OptionalLong sentAs) {}

    /** Removes what is unfinished of a range, and returns it. */
    private List<Segment> take(long from, long to) {
        List<Segment> taken = new ArrayList<>();
        Map.Entry<Long, Segment> around = unfinished.lowerEntry(from);
        Map.Entry<Long, Segment> next =
                around != null && around.getValue().to() > from ? around : unfinished.ceilingEntry(from);
        while (next != null && next.getKey() < to) {
            Segment items = next.getValue();
            unfinished.remove(next.getKey());
            long first = Math.max(from, items.from());
            long after = Math.min(to, items.to());
            taken.add(items.slice(first, after));
            keep(items, items.from(), first);
            keep(items, after, items.to());
            next = unfinished.ceilingEntry(after);
        }
        return taken;
    }

    private void keep(Segment items, long from, long to) {
        if (from < to) {
            unfinished.put(from, items.slice(from, to).compact());
        }
    }
}
