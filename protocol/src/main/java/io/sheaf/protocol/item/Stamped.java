package io.sheaf.protocol.item;

/**
 * A result as text, with when and where it came about: travels as one text, whose first line is the stamp.
 *
 * @param startedAt when its item began, in milliseconds since 1970, by the clock of where it ran
 * @param nanos for how long it ran
 * @param worker where it ran
 * @param text the result
 */
public record Stamped(long startedAt, long nanos, String worker, String text) {

    /** What travels. */
    public String written() {
        return startedAt + " " + nanos + " " + worker + "\n" + text;
    }

    /**
     * Reads what travels.
     *
     * @throws IllegalArgumentException when it has no stamp
     */
    public static Stamped parse(String written) {
        int line = written.indexOf('\n');
        String[] stamp = written.substring(0, Math.max(0, line)).split(" ", 3);
        if (stamp.length < 3) {
            throw new IllegalArgumentException("A result without the time when it came about");
        }
        return new Stamped(Long.parseLong(stamp[0]), Long.parseLong(stamp[1]), stamp[2], written.substring(line + 1));
    }
}
