package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A job and where its items are: ended, with a worker, given back, or never handed out. Grows with the ranges that these
 * form, not with the items.
 */
final class JobEntry {
    final JobId id;
    final Set<WorkerEntry> stopping = new HashSet<>();
    final Set<WorkerEntry> openedAt = new HashSet<>();
    private final Intervals ended = new Intervals();
    private final Intervals returned = new Intervals();
    private final Map<Long, List<DeathReport>> deaths = new HashMap<>();
    private JobState state = JobState.WAITING;
    private long fresh;
    private long arrived;
    private long arrivedBytes;
    private OptionalLong total = OptionalLong.empty();
    private double nanosPerItem;
    long failed;

    JobEntry(JobId id) {
        this.id = id;
    }

    JobState state() {
        return state;
    }

    void become(JobState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("Job " + id + " cannot go from " + state + " to " + next);
        }
        state = next;
    }

    boolean takesWork() {
        return state == JobState.WAITING || state == JobState.RUNNING;
    }

    void arrived(long upTo, long bytes) {
        arrived = upTo;
        arrivedBytes += bytes;
    }

    void inputEnded(long items) {
        arrived = items;
        total = OptionalLong.of(items);
    }

    boolean inputEnded() {
        return total.isPresent();
    }

    OptionalLong total() {
        return total;
    }

    double nanosPerItem() {
        return nanosPerItem;
    }

    double bytesPerItem() {
        return arrived == 0 ? 0 : (double) arrivedBytes / arrived;
    }

    void measured(long items, long nanos) {
        if (items <= 0) {
            return;
        }
        double now = Math.max(1, (double) nanos / items);
        nanosPerItem = nanosPerItem == 0 ? now : nanosPerItem + 0.2 * (now - nanosPerItem);
    }

    /** Items that nobody has. */
    long unassigned() {
        return returned.size() + arrived - fresh;
    }

    /** Items that were handed out and have neither ended nor come back. */
    long running() {
        return fresh - returned.size() - ended.size();
    }

    boolean isComplete() {
        return total.isPresent() && ended.size() == total.getAsLong();
    }

    boolean hasEnded(long index) {
        return ended.contains(index);
    }

    /** Takes neighbours that nobody has, at most so many; what was given back comes first. */
    Range take(long count) {
        if (!returned.isEmpty()) {
            Range first = returned.first();
            Range taken = new Range(first.from(), Math.min(first.to(), first.from() + count));
            returned.remove(taken.from(), taken.to());
            return taken;
        }
        Range taken = new Range(fresh, Math.min(arrived, fresh + count));
        fresh = taken.to();
        return taken;
    }

    /** Whether all these items were given back and nobody has them. */
    boolean areReturned(Range range) {
        return range.from() < range.to()
                && returned.gaps(range.from(), range.to()).isEmpty();
    }

    void takeReturned(Range range) {
        returned.remove(range.from(), range.to());
    }

    /** Items have ended; returns those that had not before. What nobody was ever given cannot end. */
    List<Range> end(long from, long to) {
        if (to > fresh) {
            return List.of();
        }
        List<Range> news = ended.add(from, to);
        for (Range range : news) {
            returned.remove(range.from(), range.to());
            if (!deaths.isEmpty()) {
                deaths.keySet().removeIf(index -> range.from() <= index && index < range.to());
            }
        }
        return news;
    }

    /** Items are nobody's any more; those that have ended stay so. Returns how many wait again. */
    long giveBack(Range range) {
        long count = 0;
        for (Range open : ended.gaps(range.from(), range.to())) {
            returned.add(open.from(), open.to());
            count += open.count();
        }
        return count;
    }

    /** An item's process died; returns all its deaths. */
    List<DeathReport> died(long index, DeathReport report) {
        List<DeathReport> all = deaths.computeIfAbsent(index, key -> new ArrayList<>());
        all.add(report);
        return List.copyOf(all);
    }
}
