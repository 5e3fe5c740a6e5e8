package io.sheaf.benchmark.growth;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The largest resident sizes ever of the processes that this one has started, and of those that these have. */
final class Memory {
    /** By what their command lines contain. */
    enum Part {
        /** A coordinator of its own. */
        COORDINATOR("coordinator"),
        /** A worker of its own. */
        WORKER("worker"),
        /** Both in one. */
        NODE("io.sheaf.launcher.NodeMain"),
        /** What runs the tasks. */
        EXECUTOR("ExecutorMain");

        private final String word;

        Part(String word) {
            this.word = word;
        }
    }

    private Memory() {}

    /** The largest of each part, in MiB; parts that there are none of are left out. */
    static Map<Part, Double> largest() {
        Map<Part, Double> found = new LinkedHashMap<>();
        try (Stream<ProcessHandle> processes = ProcessHandle.current().descendants()) {
            for (ProcessHandle process : processes.toList()) {
                measure(process.pid(), found);
            }
        }
        return found;
    }

    private static void measure(long pid, Map<Part, Double> found) {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            List<String> words = Arrays.asList(
                    new String(Files.readAllBytes(proc.resolve("cmdline")), StandardCharsets.UTF_8).split("\0", -1));
            double size = 0;
            for (String line : Files.readAllLines(proc.resolve("status"))) {
                if (line.startsWith("VmHWM:")) {
                    size = Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
                }
            }
            for (Part part : Part.values()) {
                if (words.stream().anyMatch(word -> word.equals(part.word) || word.endsWith("." + part.word))) {
                    found.merge(part, size, Math::max);
                }
            }
        } catch (IOException e) {
            // It has ended meanwhile.
        }
    }
}
