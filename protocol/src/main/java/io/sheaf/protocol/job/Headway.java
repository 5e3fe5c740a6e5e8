package io.sheaf.protocol.job;

import io.sheaf.protocol.item.Intervals.Range;
import java.util.List;

/**
 * How far a job has come before: a coordinator that it is new to runs the other items only.
 *
 * @param ended the items that have a result or have failed for good; in order, none of them empty
 * @param failed how many of them have failed
 */
public record Headway(List<Range> ended, long failed) {
    /** None: the job is new to everybody. */
    public static final Headway NONE = new Headway(List.of(), 0);

    /** How many items have ended. */
    public long count() {
        return ended.stream().mapToLong(Range::count).sum();
    }

    /** Whether it makes sense for a job of at most so many items. */
    public boolean fits(long items) {
        long last = 0;
        for (Range range : ended) {
            if (range.from() < last || range.to() <= range.from()) {
                return false;
            }
            last = range.to();
        }
        return last <= items && 0 <= failed && failed <= count();
    }
}
