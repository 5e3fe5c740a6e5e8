package io.sheaf.protocol.job;

import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring items whose next attempt is not their first. Only such items are spoken of: all others are at their
 * first, so that what is said grows with the trouble that a job has, not with its items.
 *
 * @param from the first of them
 * @param to the one after the last
 * @param attempt which attempt is next, at least 2
 */
public record Repeated(long from, long to, int attempt) {
    /** Which attempt at that item is next, by ranges in ascending order. */
    public static int attempt(List<Repeated> ranges, long index) {
        int low = 0;
        int high = ranges.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).to <= index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < ranges.size() && ranges.get(low).from <= index ? ranges.get(low).attempt : 1;
    }

    /** What these ranges say of the items from {@code from} to before {@code to}. */
    public static List<Repeated> within(List<Repeated> ranges, long from, long to) {
        if (ranges.isEmpty()) {
            return ranges;
        }
        List<Repeated> parts = new ArrayList<>();
        for (Repeated range : ranges) {
            long first = Math.max(from, range.from);
            long after = Math.min(to, range.to);
            if (first < after) {
                parts.add(new Repeated(first, after, range.attempt));
            }
        }
        return List.copyOf(parts);
    }

    /** Appends an item behind the last range, or to it when that says the same of its neighbour. */
    public static void append(List<Repeated> ranges, long index, int attempt) {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).to == index && ranges.get(last).attempt == attempt) {
            ranges.set(last, new Repeated(ranges.get(last).from, index + 1, attempt));
        } else {
            ranges.add(new Repeated(index, index + 1, attempt));
        }
    }
}
