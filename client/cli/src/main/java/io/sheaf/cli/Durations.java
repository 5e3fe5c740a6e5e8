package io.sheaf.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people type them. */
final class Durations {
    private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m|h)?");

    private Durations() {}

    /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}; a bare number is seconds. */
    static Duration parse(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches() || time.group(1).length() > 12) {
            throw new CliException(ExitCode.USAGE, "'" + text + "' is no time; write 500ms, 30s, 5m or 2h");
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
}
