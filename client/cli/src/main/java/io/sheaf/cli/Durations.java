package io.sheaf.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people type them. */
final class Durations {
    private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m|h)?");

    private Durations() {}

    /**
     * {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}; a bare number is seconds.
     *
     * @param option where it was typed
     */
    static Duration parse(String option, String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches() || time.group(1).length() > 12) {
            throw new CliException(ExitCode.USAGE, option + ": '" + text + "' is no time; write 500ms, 30s, 5m or 2h");
        }
        long count = Long.parseLong(time.group(1));
        String unit = time.group(2) == null ? "s" : time.group(2);
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofSeconds(count);
        };
    }

    /** In words, as short as people would say it: {@code 450 ms}, {@code 12 s}, {@code 3 min 5 s}, {@code 2 h 4 min}. */
    static String text(long millis) {
        long seconds = millis / 1000;
        if (seconds < 1) {
            return Math.max(0, millis) + " ms";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 60) {
            return minutes + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        long hours = minutes / 60;
        return hours < 24
                ? hours + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min")
                : hours / 24 + " d" + (hours % 24 == 0 ? "" : " " + hours % 24 + " h");
    }
}
