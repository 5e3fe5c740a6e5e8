package io.sheaf.benchmark;

import java.util.List;
import java.util.Locale;

/** What is run. A round is one run of it by one contender. */
public enum Workload {
    MAP("W1", "x + 1 over 1,000,000 ints", Measure.RATE, 1_000_000, "items/s"),
    SUBMIT("W2", "10,000 single submits, then all their results", Measure.RATE, 10_000, "tasks/s"),
    LATENCY("W3", "2,000 times one submit and its result", Measure.LATENCY, 1, "µs"),
    ECHO("W4", "200 items of 1 MiB there and back", Measure.RATE, 2 * 200 * 1.048576, "MB/s"),
    COMPUTE("W5", "400 items of 20 ms of computing", Measure.SPEEDUP, 1, "x serial"),
    SKEW("W6", "380 items of 2 ms, then 20 of 100 ms", Measure.MAKESPAN, 1, "x ideal"),
    START("W7", "a fresh start, one result, the end", Measure.SECONDS, 1, "s"),
    CSV("W8", "200 CSV files of 1 MB", Measure.RATE, 200, "files/s"),
    FETCH("W9", "2,000 GETs that are answered after 50 ms", Measure.RATE, 2000, "requests/s"),
    COMMANDS("W10", "10,000 commands `true`, start included", Measure.RATE, 10_000, "commands/s"),
    QUEUE("W11", "1,000,000 single submits, then all their results", Measure.RATE, 1_000_000, "tasks/s");

    /** How many processes, or slots, every contender has. */
    public static final int WORKERS = 2;

    private final String id;
    private final String description;
    private final Measure measure;
    private final double count;
    private final String unit;

    Workload(String id, String description, Measure measure, double count, String unit) {
        this.id = id;
        this.description = description;
        this.measure = measure;
        this.count = count;
        this.unit = unit;
    }

    /** What a round is measured by. */
    enum Measure {
        /** How many of something in a second; more is better. */
        RATE,
        /** The time that half of all took at most, and 99 of 100. */
        LATENCY,
        /** How many times as fast as one after the other in one thread; more is better. */
        SPEEDUP,
        /** How many times as long as would be if all workers were busy from begin to end. */
        MAKESPAN,
        /** How long it took. */
        SECONDS
    }

    /**
     * The one of that id.
     *
     * @throws IllegalArgumentException when there is none, with those that there are
     */
    static Workload of(String id) {
        for (Workload workload : values()) {
            if (workload.id.equals(id.toUpperCase(Locale.ROOT))) {
                return workload;
            }
        }
        List<String> all = java.util.Arrays.stream(values()).map(Workload::id).toList();
        throw new IllegalArgumentException("There is no workload " + id + "; there are " + String.join(", ", all));
    }

    /** As in the table of targets. */
    public String id() {
        return id;
    }

    String description() {
        return description;
    }

    Measure measure() {
        return measure;
    }

    /** How many of the unit a round is, where a rate is measured. */
    double count() {
        return count;
    }

    String unit() {
        return unit;
    }

    /** Whether contenders must say how long it takes without any help. */
    boolean needsBaseline() {
        return measure == Measure.SPEEDUP || measure == Measure.MAKESPAN;
    }
}
