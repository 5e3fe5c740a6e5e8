package io.sheaf.cli;

import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Failures that are alike, counted together. For one thread at a time. */
final class FailureSummary {
    private static final int NAMED = 3;
    private static final int SHOWN = 20;
    private static final int KEPT = 10_000;
    private static final int LAST_LINES = 5;

    private final Map<String, Group> groups = new LinkedHashMap<>();
    private long count;

    private static final class Group {
        private final List<String> details;
        private long count;
        private String items = "";

        Group(List<String> details) {
            this.details = details;
        }

        void add(String item) {
            if (count < NAMED) {
                items += (count == 0 ? "" : ", ") + item;
            }
            count++;
        }
    }

    void add(Failure failure, String item) {
        count++;
        String headline = firstLine(failure.headline());
        if (groups.size() == KEPT && !groups.containsKey(headline)) {
            return;
        }
        groups.computeIfAbsent(headline, key -> new Group(details(failure))).add(item);
    }

    /** How many there are. */
    long count() {
        return count;
    }

    /** A line per kind of failure, and below it which process died, and the last lines that it had written to stderr. */
    String text() {
        StringBuilder text = new StringBuilder();
        long left = count;
        int shown = 0;
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            if (shown++ == SHOWN) {
                text.append("  … and ").append(left).append(" failures of other kinds\n");
                break;
            }
            Group group = entry.getValue();
            left -= group.count;
            text.append("  ").append(group.count).append(" × ").append(entry.getKey());
            text.append("  (")
                    .append(group.items)
                    .append(group.count > NAMED ? ", …)" : ")")
                    .append('\n');
            group.details.forEach(line -> text.append("      ").append(line).append('\n'));
        }
        return text.toString();
    }

    private static DeathReport last(Failure.Lost lost) {
        return lost.deaths().get(lost.deaths().size() - 1);
    }

    private static List<String> details(Failure failure) {
        if (failure instanceof Failure.Exited exited) {
            return lastOf(exited.lastStderr());
        }
        if (!(failure instanceof Failure.Lost lost) || lost.deaths().isEmpty()) {
            return List.of();
        }
        DeathReport last = last(lost);
        List<String> details = new ArrayList<>(List.of(last.headline()));
        details.addAll(lastOf(last.lastStderr()));
        return details;
    }

    private static List<String> lastOf(List<String> stderr) {
        return stderr.subList(Math.max(0, stderr.size() - LAST_LINES), stderr.size()).stream()
                .map(line -> "stderr: " + line)
                .toList();
    }

    private static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end).stripTrailing() + " …";
    }
}
