package io.sheaf.protocol.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Directories for Unix domain sockets, which need short paths: in {@code $XDG_RUNTIME_DIR}, else in
 * {@code /tmp/sheaf-UID}, for this user only. Those of dead processes are swept away.
 */
public final class SocketDirectory {
    private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

    private SocketDirectory() {}

    /**
     * Makes a directory of this process.
     *
     * @throws IOException when the place is not this user's alone; the message says what to do
     */
    public static Path create() throws IOException {
        Path base = base(System.getenv("XDG_RUNTIME_DIR"));
        for (Path old : childrenOf(base)) {
            if (ownerIsGone(old.getFileName().toString())) {
                delete(old);
            }
        }
        String prefix = "p" + ProcessHandle.current().pid() + "-";
        return Files.createTempDirectory(
                base, prefix, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Deletes a directory and the files in it, as far as that works. */
    public static void delete(Path directory) {
        try {
            for (Path file : childrenOf(directory)) {
                if (Files.isDirectory(file, NO_LINKS)) {
                    delete(file);
                } else {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            // It holds nothing of worth, and whoever starts next sweeps it away.
        }
    }

    private static Path base(@Nullable String runtimeDirectory) throws IOException {
        Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Path base = runtimeDirectory != null && Files.isDirectory(Path.of(runtimeDirectory))
                ? Path.of(runtimeDirectory, "sheaf")
                : Path.of("/tmp/sheaf-" + uid);
        if (!Files.exists(base, NO_LINKS)) {
            try {
                Files.createDirectory(
                        base, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (java.nio.file.FileAlreadyExistsException e) {
                // Another process of this user was faster; what follows checks that it was this user.
            }
        }
        boolean own = Files.isDirectory(base, NO_LINKS)
                && Files.getAttribute(base, "unix:uid", NO_LINKS).equals(uid)
                && PosixFilePermissions.toString(Files.getPosixFilePermissions(base, NO_LINKS))
                        .endsWith("------");
        if (!own) {
            throw new IOException(base + " must be a directory of this user with mode 0700; remove it or correct it");
        }
        return base;
    }

    private static boolean ownerIsGone(String name) {
        int end = name.indexOf('-');
        if (!name.startsWith("p") || end < 2) {
            return false;
        }
        try {
            return ProcessHandle.of(Long.parseLong(name.substring(1, end))).isEmpty();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static List<Path> childrenOf(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }
}
