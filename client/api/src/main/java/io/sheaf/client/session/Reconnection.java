package io.sheaf.client.session;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * For how long a connection that was lost is tried again before the jobs that wait for it fail.
 *
 * @param limit zero: not at all
 */
public record Reconnection(Duration limit) {
    /** What the user sets it with, as a system property of the JVM. */
    public static final String PROPERTY = "sheaf.reconnect";

    /** What the user sets it with in the environment; the property comes first. */
    public static final String VARIABLE = "SHEAF_RECONNECT";

    /** Half a minute: long enough for a coordinator that is started again. */
    public static final Reconnection DEFAULT = new Reconnection(Duration.ofSeconds(30));

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
    private static final Map<String, TimeUnit> UNITS = Map.of(
            "ms",
            TimeUnit.MILLISECONDS,
            "s",
            TimeUnit.SECONDS,
            "",
            TimeUnit.SECONDS,
            "m",
            TimeUnit.MINUTES,
            "h",
            TimeUnit.HOURS);

    /**
     * As the user has set it, else the default.
     *
     * @throws IllegalArgumentException when it is set to what is no duration
     */
    public static Reconnection configured() {
        String property = System.getProperty(PROPERTY);
        return property != null ? parse(PROPERTY, property) : parse(VARIABLE, System.getenv(VARIABLE));
    }

    static Reconnection parse(String name, @Nullable String text) {
        if (text == null || text.isBlank()) {
            return DEFAULT;
        }
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + " is '" + text
                    + "', which is no duration; write for example 30s, 5m, or 0 to give up at once");
        }
        TimeUnit unit = UNITS.getOrDefault(matcher.group(2), TimeUnit.SECONDS);
        return new Reconnection(Duration.of(Long.parseLong(matcher.group(1)), unit.toChronoUnit()));
    }

    boolean isOff() {
        return limit.isZero();
    }

    /** For people. */
    String text() {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    /** How long to wait before the next attempt, in milliseconds: ever longer, and not everybody at the same time. */
    static long pauseMillis(int attempt, double random) {
        long full = Math.min(2_000, 100L << Math.min(attempt, 5));
        return (long) (full * (0.5 + random / 2));
    }
}
