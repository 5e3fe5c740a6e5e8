package io.sheaf.worker.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel counts for this process and its children. */
final class ControlGroup {

    private ControlGroup() {}

    /** How many processes the kernel has killed here because memory ran out; 0 where it does not say. */
    static long outOfMemoryKills() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                if (line.startsWith("0::")) {
                    Path events = Path.of("/sys/fs/cgroup" + line.substring(3), "memory.events");
                    return Files.exists(events) ? count(events) : 0;
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Without the count the verdict is "cause unknown", which is true.
        }
        return 0;
    }

    private static long count(Path events) throws IOException {
        for (String line : Files.readAllLines(events)) {
            if (line.startsWith("oom_kill ")) {
                return Long.parseLong(line.substring("oom_kill ".length()).strip());
            }
        }
        return 0;
    }
}
