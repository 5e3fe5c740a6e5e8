package io.sheaf.protocol.item;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A set of indexes, kept as disjoint ranges that do not touch: its memory grows with the ranges, not with the indexes.
 * For one thread.
 */
public final class Intervals {
    private final TreeMap<Long, Long> ends = new TreeMap<>();
    private long size;

    /** The indexes from {@code from} to before {@code to}. */
    public record Range(long from, long to) {
        /** How many. */
        public long count() {
            return to - from;
        }
    }

    /** How many indexes. */
    public long size() {
        return size;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return ends.isEmpty();
    }

    /** Adds a range and returns those parts of it that are new. */
    public List<Range> add(long from, long to) {
        List<Range> added = gaps(from, to);
        if (added.isEmpty()) {
            return added;
        }
        long start = from;
        long end = to;
        Map.Entry<Long, Long> before = ends.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            start = before.getKey();
        }
        Map.Entry<Long, Long> last = ends.floorEntry(to);
        if (last != null && last.getKey() >= start) {
            end = Math.max(end, last.getValue());
        }
        ends.subMap(start, true, to, true).clear();
        ends.put(start, end);
        added.forEach(range -> size += range.count());
        return added;
    }

    /** Takes a range out, as far as it is in. */
    public void remove(long from, long to) {
        for (Range range : within(from, to)) {
            Map.Entry<Long, Long> around = ends.floorEntry(range.from);
            long start = around.getKey();
            long end = around.getValue();
            ends.remove(start);
            if (start < range.from) {
                ends.put(start, range.from);
            }
            if (range.to < end) {
                ends.put(range.to, end);
            }
            size -= range.count();
        }
    }

    /** The parts of a range that are in this set. */
    public List<Range> within(long from, long to) {
        List<Range> parts = new ArrayList<>();
        if (from >= to) {
            return parts;
        }
        Map.Entry<Long, Long> before = ends.lowerEntry(from);
        if (before != null && before.getValue() > from) {
            parts.add(new Range(from, Math.min(to, before.getValue())));
        }
        ends.subMap(from, to).forEach((start, end) -> parts.add(new Range(start, Math.min(to, end))));
        return parts;
    }

    /** The parts of a range that are not in this set. */
    public List<Range> gaps(long from, long to) {
        List<Range> gaps = new ArrayList<>();
        long at = from;
        for (Range part : within(from, to)) {
            if (at < part.from) {
                gaps.add(new Range(at, part.from));
            }
            at = part.to;
        }
        if (at < to) {
            gaps.add(new Range(at, to));
        }
        return gaps;
    }

    /** Whether the index is in. */
    public boolean contains(long index) {
        Map.Entry<Long, Long> around = ends.floorEntry(index);
        return around != null && around.getValue() > index;
    }

    /** The ranges in order. */
    public List<Range> ranges() {
        return ends.entrySet().stream()
                .map(entry -> new Range(entry.getKey(), entry.getValue()))
                .collect(Collectors.toList());
    }

    /**
     * The first range.
     *
     * @throws java.util.NoSuchElementException when there is none
     */
    public Range first() {
        return new Range(ends.firstKey(), ends.firstEntry().getValue());
    }

    @Override
    public String toString() {
        return ranges().stream().map(r -> r.from + ".." + (r.to - 1)).collect(Collectors.joining(","));
    }
}
