package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.WorkerStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Jobs and workers at one moment.
 *
 * @param at when that was, in milliseconds since 1970
 */
record TopView(long at, ToClient.Cluster cluster, List<WorkerStatus> workers, List<JobStatus> jobs) {
    private static final int BAR = 20;
    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    ObjectNode json() {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("version", cluster.version())
                .put("host", cluster.host())
                .put("slots", cluster.slots())
                .put("busy", busy());
        ArrayNode all = document.putArray("workers");
        workers.forEach(worker -> all.add(WorkersCommand.json(worker)));
        ArrayNode known = document.putArray("jobs");
        ordered().forEach(job -> known.add(StatusView.json(job)));
        return document;
    }

    /** For so many columns and lines: first the cluster, then its workers, then the jobs, those that run first. */
    String text(int columns, int lines) {
        List<String> text = new ArrayList<>();
        text.add(String.format(
                Locale.ROOT,
                "sheaf %s on %s   %d workers, %d of %d slots busy   %d jobs have not ended",
                cluster.version(),
                cluster.host(),
                workers.size(),
                busy(),
                cluster.slots(),
                cluster.jobs()));
        text.add("");
        text.add(String.format("%-24s  %-16s  %-22s  %7s  %10s", "WORKER", "HOST", "", "BUSY", "COMPLETED"));
        int forWorkers = Math.max(1, (lines - text.size()) / 2);
        shortened(text, workers.stream().map(TopView::line).toList(), forWorkers);
        text.add("");
        text.add(String.format(
                "%6s  %-10s  %-22s  %13s  %8s  %9s  %7s  %s",
                "ID", "STATE", "", "DONE", "FAILED", "RATE", "TIME", "NAME"));
        shortened(text, ordered().stream().map(this::line).toList(), Math.max(1, lines - text.size()));
        return text.stream()
                .limit(lines)
                .map(line -> line.substring(0, Math.min(columns, line.length())).stripTrailing() + "\n")
                .collect(Collectors.joining());
    }

    private static void shortened(List<String> text, List<String> more, int most) {
        if (more.size() <= most) {
            text.addAll(more);
        } else {
            text.addAll(more.subList(0, most - 1));
            text.add("  … and " + (more.size() - most + 1) + " more");
        }
    }

    private int busy() {
        return workers.stream().mapToInt(WorkerStatus::busy).sum();
    }

    /** What runs, then what waits, then what has ended, the newest first. */
    private List<JobStatus> ordered() {
        Comparator<JobStatus> open = Comparator.comparing(job -> job.state().ended());
        return jobs.stream()
                .sorted(open.thenComparing(JobStatus::id, Comparator.reverseOrder()))
                .toList();
    }

    private static String line(WorkerStatus worker) {
        int slots = worker.info().slots();
        return String.format(
                Locale.ROOT,
                "%-24s  %-16s  %s  %7s  %10d%s",
                worker.info().id(),
                worker.info().host(),
                bar(worker.busy(), slots),
                worker.busy() + "/" + slots,
                worker.completed(),
                worker.leaving() ? "  leaving" : "");
    }

    private String line(JobStatus job) {
        long done = job.succeeded() + job.failed();
        double seconds = (job.endedAt().orElse(at) - job.submittedAt()) / 1e3;
        String total = job.total().isPresent() ? Long.toString(job.total().getAsLong()) : "?";
        return String.format(
                Locale.ROOT,
                "%6s  %-10s  %s  %13s  %8d  %9s  %7s  %s",
                job.id(),
                job.state(),
                bar(done, job.total().orElse(0)),
                done + "/" + total,
                job.failed(),
                seconds > 0 && done > 0 ? String.format(Locale.ROOT, "%.1f/s", done / seconds) : "",
                time(seconds),
                job.name());
    }

    private static String bar(long part, long whole) {
        int filled = whole == 0 ? 0 : (int) Math.min(BAR, BAR * part / whole);
        return "[" + "#".repeat(filled) + " ".repeat(BAR - filled) + "]";
    }

    private static String time(double seconds) {
        if (seconds < MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
        }
        return seconds < HOUR
                ? String.format(Locale.ROOT, "%.0f min", seconds / MINUTE)
                : String.format(Locale.ROOT, "%.1f h", seconds / HOUR);
    }
}
