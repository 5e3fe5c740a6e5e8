package io.sheaf.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Failures that are alike, counted together. For one thread. */
final class FailureSummary {
    private static final int NAMED = 3;
    private static final int SHOWN = 20;

    private final Map<String, Group> groups = new LinkedHashMap<>();

    private static final class Group {
        private long count;
        private String items = "";

        void add(String item) {
            if (count < NAMED) {
                items += (count == 0 ? "" : ", ") + item;
            }
            count++;
        }
    }

    void add(String headline, String item) {
        groups.computeIfAbsent(headline, key -> new Group()).add(item);
    }

    /** A line per kind of failure. */
    String text() {
        StringBuilder text = new StringBuilder();
        int shown = 0;
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            if (shown++ == SHOWN) {
                text.append("  … and ").append(groups.size() - SHOWN).append(" other kinds\n");
                break;
            }
            Group group = entry.getValue();
            text.append("  ").append(group.count).append(" × ").append(entry.getKey());
            text.append("  (")
                    .append(group.items)
                    .append(group.count > NAMED ? ", …)" : ")")
                    .append('\n');
        }
        return text.toString();
    }
}
