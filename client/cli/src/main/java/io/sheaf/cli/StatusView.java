package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Jobs as text and as JSON. */
final class StatusView {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    private StatusView() {}

    static ObjectNode json(JobStatus job) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", job.id().number());
        node.put("name", job.name());
        node.put("state", job.state().name());
        node.put("total", job.total().isPresent() ? (Long) job.total().getAsLong() : null);
        node.put("succeeded", job.succeeded());
        node.put("failed", job.failed());
        node.put("running", job.running());
        node.put("requeued", job.requeued());
        node.put("retried", job.retried());
        node.put("submittedAt", Instant.ofEpochMilli(job.submittedAt()).toString());
        node.put(
                "endedAt",
                job.endedAt().isPresent()
                        ? Instant.ofEpochMilli(job.endedAt().getAsLong()).toString()
                        : null);
        node.put("reason", job.reason().orElse(null));
        return node;
    }

    static String table(List<JobStatus> jobs) {
        StringBuilder text = new StringBuilder(String.format(
                "%6s  %-10s  %10s  %8s  %-19s  %s%n", "ID", "STATE", "DONE", "FAILED", "SUBMITTED", "NAME"));
        for (JobStatus job : jobs) {
            String total = job.total().isPresent() ? Long.toString(job.total().getAsLong()) : "?";
            text.append(String.format(
                    "%6s  %-10s  %10s  %8d  %-19s  %s%n",
                    job.id(),
                    job.state(),
                    (job.succeeded() + job.failed()) + "/" + total,
                    job.failed(),
                    time(job.submittedAt()),
                    job.name()));
        }
        return text.toString();
    }

    static String details(JobStatus job) {
        StringBuilder text = new StringBuilder();
        line(text, "job", job.id() + (job.name().isEmpty() ? "" : " (" + job.name() + ")"));
        line(text, "state", job.state() + job.reason().map(why -> ": " + why).orElse(""));
        line(text, "items", job.total().isPresent() ? Long.toString(job.total().getAsLong()) : "still arriving");
        line(text, "succeeded", Long.toString(job.succeeded()));
        line(text, "failed", Long.toString(job.failed()));
        line(text, "handed out", Long.toString(job.running()));
        line(text, "requeued", Long.toString(job.requeued()));
        line(text, "retried", Long.toString(job.retried()));
        line(text, "submitted", time(job.submittedAt()));
        job.endedAt().ifPresent(end -> line(text, "ended", time(end)));
        return text.toString();
    }

    /** What a job's state says to whoever waited for it. */
    static ExitCode exitCode(JobStatus job) {
        if (job.state() == JobState.SUCCEEDED) {
            return ExitCode.SUCCEEDED;
        }
        if (job.state() == JobState.CANCELLED || job.state() == JobState.CANCELLING) {
            return ExitCode.CANCELLED;
        }
        if (job.state() == JobState.FAILED) {
            // With failed items it did run, and a reason says why it was ended before it was through.
            return job.failed() == 0 && job.reason().isPresent() ? ExitCode.REJECTED : ExitCode.ITEMS_FAILED;
        }
        return ExitCode.STILL_RUNNING;
    }

    static String time(long millis) {
        return TIME.format(Instant.ofEpochMilli(millis));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format("%-10s  %s%n", name, value));
    }
}
