package io.sheaf.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much of the processors others have had: those that are not of this benchmark, and other machines on this one. */
final class Noise {
    /** In the environment of all that is started here, and of what that starts. */
    static final String MARK = "SHEAF_BENCHMARK";

    private static final double TICKS_PER_SECOND = 100;
    private static final int FIRST_TIME = 11;

    private final byte[] mark;
    private final Path proc;

    Noise(String mark, Path proc) {
        this.mark = (MARK + "=" + mark).getBytes(StandardCharsets.US_ASCII);
        this.proc = proc;
    }

    /**
     * What was used up to a moment.
     *
     * @param nanos when
     * @param foreign seconds of processors, of others
     */
    record Reading(long nanos, double foreign) {
        /** The part of all processors that others had since, from 0 to 1. */
        double shareSince(Reading earlier, int processors) {
            double seconds = (nanos - earlier.nanos) / 1e9;
            return Math.max(0, foreign - earlier.foreign) / (seconds * processors);
        }
    }

    Reading read() throws IOException {
        long ticks = busyTicks(Files.readString(proc.resolve("stat")));
        try (Stream<Path> processes = Files.list(proc)) {
            ticks -= processes.filter(this::isOwn).mapToLong(Noise::ticksOf).sum();
        }
        return new Reading(System.nanoTime(), ticks / TICKS_PER_SECOND);
    }

    private boolean isOwn(Path process) {
        String name = process.getFileName().toString();
        if (!Character.isDigit(name.charAt(0))) {
            return false;
        }
        if (name.equals(Long.toString(ProcessHandle.current().pid()))) {
            return true;
        }
        try {
            return contains(Files.readAllBytes(process.resolve("environ")));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean contains(byte[] environment) {
        return new String(environment, StandardCharsets.ISO_8859_1)
                .contains(new String(mark, StandardCharsets.ISO_8859_1));
    }

    private static long ticksOf(Path process) {
        try {
            return ticks(Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return 0;
        }
    }

    /** Of a process and of those of its children that have ended, from its line of {@code /proc/PID/stat}. */
    static long ticks(String stat) {
        // The name, in brackets, may have anything in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long sum = 0;
        for (int i = FIRST_TIME; i < FIRST_TIME + 4; i++) {
            sum += Long.parseLong(fields[i]);
        }
        return sum;
    }

    /** All but idle and waiting, from the first line of {@code /proc/stat}. */
    static long busyTicks(String stat) {
        String[] fields = stat.lines().findFirst().orElseThrow().split(" +", -1);
        long sum = 0;
        for (int i = 1; i <= 8; i++) {
            sum += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
        }
        return sum;
    }
}
