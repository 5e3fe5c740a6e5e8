package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.item.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The items of a streamed source that have no result yet, as they came. For one thread. */
final class ItemStore {
    private final TreeMap<Long, Stored> segments = new TreeMap<>();
    private long arrived;

    private static final class Stored {
        final Segment segment;
        private long left;

        Stored(Segment segment) {
            this.segment = segment;
            this.left = segment.count();
        }
    }

    /** The index that comes next. */
    long arrived() {
        return arrived;
    }

    /** Keeps items; those that come next. */
    void add(Segment items) {
        segments.put(items.from(), new Stored(items));
        arrived = items.to();
    }

    /** Items that have not ended, in order. */
    List<Segment> slice(long from, long to) {
        List<Segment> slices = new ArrayList<>();
        Long first = segments.floorKey(from);
        for (Stored stored : segments.subMap(first == null ? from : first, to).values()) {
            Segment segment = stored.segment;
            long start = Math.max(from, segment.from());
            long end = Math.min(to, segment.to());
            if (start < end) {
                slices.add(segment.slice(start, end));
            }
        }
        return slices;
    }

    /** Items have ended; each is told once. */
    void ended(long from, long to) {
        Long first = segments.floorKey(from);
        List<Long> done = new ArrayList<>();
        for (Map.Entry<Long, Stored> entry :
                segments.subMap(first == null ? from : first, to).entrySet()) {
            Stored stored = entry.getValue();
            stored.left -= Math.max(0, Math.min(to, stored.segment.to()) - Math.max(from, stored.segment.from()));
            if (stored.left == 0) {
                done.add(entry.getKey());
            }
        }
        done.forEach(segments::remove);
    }

    void clear() {
        segments.clear();
    }
}
