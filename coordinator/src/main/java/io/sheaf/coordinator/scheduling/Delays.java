package io.sheaf.coordinator.scheduling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/** Items that wait for a time. */
final class Delays {
    private final TreeSet<Due> byTime = new TreeSet<>();
    private final Map<Long, Due> byIndex = new HashMap<>();

    private record Due(long time, long index) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(time, other.time);
            return byTime == 0 ? Long.compare(index, other.index) : byTime;
        }
    }

    int size() {
        return byIndex.size();
    }

    void add(long index, long until) {
        Due due = new Due(until, index);
        byIndex.put(index, due);
        byTime.add(due);
    }

    /** When the first is due. */
    OptionalLong next() {
        return byTime.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byTime.first().time);
    }

    /** Takes out those whose time has come. */
    List<Long> due(long now) {
        List<Long> due = new ArrayList<>();
        while (!byTime.isEmpty() && byTime.first().time - now <= 0) {
            Due first = byTime.pollFirst();
            byIndex.remove(first.index);
            due.add(first.index);
        }
        return due;
    }

    /** The items in the range need not wait any more. */
    void ended(long from, long to) {
        if (!byIndex.isEmpty()) {
            byTime.removeIf(due -> from <= due.index && due.index < to);
            byIndex.keySet().removeIf(index -> from <= index && index < to);
        }
    }
}
