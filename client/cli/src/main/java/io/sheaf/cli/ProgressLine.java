package io.sheaf.cli;

import io.sheaf.protocol.job.JobStatus;
import java.util.Locale;

/** How a job stands, on stderr: a live line on a terminal, a plain one every 10 s elsewhere. Safe for use by many threads. */
final class ProgressLine {
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final Console console;
    private final boolean quiet;
    private final long started = System.nanoTime();
    private long last = started;
    private int width;

    ProgressLine(Console console, boolean quiet) {
        this.console = console;
        this.quiet = quiet;
    }

    synchronized void show(JobStatus status) {
        long now = System.nanoTime();
        if (quiet || (!console.terminal() && now - last < PLAIN_NANOS)) {
            return;
        }
        last = now;
        String line = text(status, (now - started) / 1e9);
        if (console.terminal()) {
            console.err().print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            console.err().flush();
            width = line.length();
        } else {
            console.err().println(line);
        }
    }

    /** Takes the live line away. */
    synchronized void clear() {
        if (width > 0) {
            console.err().print("\r" + " ".repeat(width) + "\r");
            console.err().flush();
            width = 0;
        }
    }

    static String text(JobStatus status, double seconds) {
        long done = status.succeeded() + status.failed();
        StringBuilder line = new StringBuilder();
        line.append(done)
                .append('/')
                .append(status.total().isPresent() ? status.total().getAsLong() : "?");
        line.append(" done, ").append(status.running()).append(" handed out");
        if (status.failed() > 0) {
            line.append(", ").append(status.failed()).append(" failed");
        }
        if (status.requeued() > 0) {
            line.append(", ").append(status.requeued()).append(" requeued");
        }
        if (status.retried() > 0) {
            line.append(", ").append(status.retried()).append(" retried");
        }
        if (seconds > 0.5 && done > 0) {
            double rate = done / seconds;
            line.append(String.format(Locale.ROOT, ", %.1f/s", rate));
            if (status.total().isPresent()) {
                line.append(String.format(
                        Locale.ROOT, ", %.0f s left", (status.total().getAsLong() - done) / rate));
            }
        }
        return line.toString();
    }
}
