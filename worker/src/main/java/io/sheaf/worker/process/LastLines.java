package io.sheaf.worker.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;

/** The last lines that a process wrote. Safe for use by many threads. */
final class LastLines {
    private static final int LINES = 20;
    private static final int LONGEST = 500;

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    /** Adds text of possibly several lines; the end of the text ends a line. */
    synchronized void add(String text) {
        for (String line : text.lines().toList()) {
            if (lines.size() == LINES) {
                lines.remove();
            }
            lines.add(line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…");
        }
    }

    /** Oldest first. */
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** Reads all of a stream, so that its writer never waits, until it ends. */
    void readAll(InputStream stream) {
        StringBuilder line = new StringBuilder();
        try (Reader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    add(line.toString());
                    line.setLength(0);
                } else if (line.length() <= LONGEST) {
                    line.append((char) c);
                }
            }
        } catch (IOException e) {
            // The process is gone, and with it the rest of what it wrote.
        }
        if (line.length() > 0) {
            add(line.toString());
        }
    }
}
