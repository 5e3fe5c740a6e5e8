package io.sheaf.cli;

import io.sheaf.protocol.job.JobStatus;

/** How a job stands, on stderr: a live line on a terminal, a plain one every 10 s elsewhere. For one thread at a time. */
final class ProgressLine {
    private static final long PLAIN_NANOS = 10_000_000_000L;

    private final boolean quiet;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private long last = started;
    private int width;

    ProgressLine(boolean quiet) {
        this.quiet = quiet;
        this.terminal = "true".equals(System.getProperty("sheaf.stderr.tty")) && !"dumb".equals(System.getenv("TERM"));
    }

    void show(JobStatus status) {
        long now = System.nanoTime();
        if (quiet || (!terminal && now - last < PLAIN_NANOS)) {
            return;
        }
        last = now;
        String line = text(status, (now - started) / 1e9);
        if (terminal) {
            System.err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            System.err.flush();
            width = line.length();
        } else {
            System.err.println(line);
        }
    }

    /** Takes the live line away. */
    void clear() {
        if (width > 0) {
            System.err.print("\r" + " ".repeat(width) + "\r");
            System.err.flush();
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
        if (seconds > 0.5 && done > 0) {
            double rate = done / seconds;
            line.append(String.format(", %.1f/s", rate));
            if (status.total().isPresent()) {
                line.append(String.format(", %.0f s left", (status.total().getAsLong() - done) / rate));
            }
        }
        return line.toString();
    }
}
