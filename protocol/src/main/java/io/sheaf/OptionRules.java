package io.sheaf;

import java.time.Duration;

/** What values of options must be like, and how it is said when they are not. */
final class OptionRules {
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);
    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);
    private static final double MOST = 1e12;

    private OptionRules() {}

    static void check(boolean fine, String rule, Object value, String hint) {
        if (!fine) {
            throw new IllegalArgumentException(rule + ", but is " + value + "; " + hint);
        }
    }

    static void checkBackoff(Duration backoff) {
        check(
                isTime(backoff, LONGEST_BACKOFF),
                "retryBackoff must be zero (retry at once), or 1 ms to 5 minutes",
                backoff,
                "it doubles with each retry");
    }

    static void checkTimeout(Duration timeout) {
        check(
                isTime(timeout, LONGEST_TIMEOUT),
                "timeout must be zero (no limit), or 1 ms to 365 days",
                timeout,
                "it is for each item");
    }

    /** Zero, or something that milliseconds can say. */
    private static boolean isTime(Duration time, Duration longest) {
        return time.isZero() || (time.compareTo(Duration.ofMillis(1)) >= 0 && time.compareTo(longest) <= 0);
    }

    static void checkRequirement(String label, double amount) {
        int equals = label.indexOf('=');
        check(
                !label.isBlank() && equals != 0 && equals != label.length() - 1,
                "A requirement must name a label, as gpu, or a label and its value, as zone=eu",
                "'" + label + "'",
                "`sheaf workers` lists the labels that there are");
        check(
                amount >= 0.001 && amount <= MOST,
                "The required amount of " + label + " must be a number of at least 0.001",
                amount,
                "leave out what is not needed");
    }
}
