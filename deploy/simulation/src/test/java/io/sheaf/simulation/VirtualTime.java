package io.sheaf.simulation;

import java.util.PriorityQueue;

/** What is still to happen, in order of its time, and at one time in the order in which it was planned. */
final class VirtualTime {
    static final long MICRO = 1_000;
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000_000_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long planned;
    private long happened;

    private record Event(long at, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    double seconds() {
        return now / (double) SECOND;
    }

    /** How many events have happened. */
    long happened() {
        return happened;
    }

    void at(long time, Runnable action) {
        events.add(new Event(Math.max(now, time), planned++, action));
    }

    void after(long delay, Runnable action) {
        at(now + delay, action);
    }

    /** Lets the next event happen; returns whether there was one. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.at;
        happened++;
        next.action.run();
        return true;
    }

    @Override
    public String toString() {
        return "t=%.6f s, event %d".formatted(seconds(), happened);
    }
}
