package io.sheaf.coordinator.spill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is spilled at the moment, while others go on writing and deleting. */
public final class SpilledFiles {
    private SpilledFiles() {}

    /** The files in this folder and what is in it; looks again when one went meanwhile. */
    public static List<Path> in(Path folder) throws IOException {
        while (true) {
            try (Stream<Path> all = Files.walk(folder)) {
                return all.filter(file -> file.toString().endsWith(".spill")).toList();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }
}
