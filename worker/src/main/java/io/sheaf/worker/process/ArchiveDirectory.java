package io.sheaf.worker.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where archives of classes are kept: in {@code $XDG_CACHE_HOME/sheaf}, else in {@code ~/.cache/sheaf}. What is in an
 * archive becomes code of whoever reads it, so the directory must be this user's, and nobody else may be able to write
 * there or to put another one in its place.
 */
final class ArchiveDirectory {
    private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;
    private static final String SUFFIX = ".jsa";
    private static final int OTHERS_WRITE = 022;
    private static final int OTHERS_ACCESS = 077;
    private static final int STICKY = 01000;
    private static final int KEPT = 6;

    private final Path path;

    private ArchiveDirectory(Path path) {
        this.path = path;
    }

    /**
     * Finds it, or makes it.
     *
     * @throws IOException when there is no place that is safe; the message says why
     */
    static ArchiveDirectory open() throws IOException {
        return in(cache(System.getenv("XDG_CACHE_HOME")).resolve("sheaf"));
    }

    static ArchiveDirectory in(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ArchiveDirectory found = new ArchiveDirectory(directory.toRealPath());
        found.check();
        return found;
    }

    private static Path cache(@Nullable String set) {
        return set != null && set.startsWith("/") ? Path.of(set) : Path.of(System.getProperty("user.home"), ".cache");
    }

    private void check() throws IOException {
        int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (uid(path) != self || (mode(path) & OTHERS_ACCESS) != 0) {
            throw new IOException(path + " is not a directory of this user with mode 0700");
        }
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            boolean ours = uid(above) == self || uid(above) == 0;
            boolean open = (mode(above) & OTHERS_WRITE) != 0 && (mode(above) & STICKY) == 0;
            if (!ours || open) {
                throw new IOException("others could replace " + path + ", because " + above + " is not this user's");
            }
        }
    }

    private static int uid(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", NO_LINKS);
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode", NO_LINKS);
    }

    /** The archive whose name begins so, if it is whole; one that is not is deleted. */
    @Nullable
    Archive find(String name) throws IOException {
        for (Path file : archives()) {
            if (file.getFileName().toString().startsWith(name)) {
                String hash = Archive.hash(file);
                if (file.equals(place(name, hash))) {
                    // The ones that are in use are not those that are deleted first.
                    Files.setLastModifiedTime(
                            file, FileTime.from(Clock.systemUTC().instant()));
                    return Archive.at(file);
                }
                // The JVM would not notice, and die of it.
                Files.deleteIfExists(file);
            }
        }
        return null;
    }

    /** Where to write one; to be called by one process at a time. */
    Path part(String name) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path left :
                    files.filter(file -> file.toString().endsWith(".part")).toList()) {
                Files.deleteIfExists(left);
            }
        }
        return path.resolve(name + ".part");
    }

    /** It is complete. Of all of its kind, those that have not been used for longest make room. */
    void keep(Path part, String name) throws IOException {
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.READ)) {
            written.force(true);
        }
        Files.move(part, place(name, Archive.hash(part)), StandardCopyOption.ATOMIC_MOVE);
        String kind = name.substring(0, name.indexOf('-') + 1);
        for (Path old : archives().stream()
                .filter(file -> file.getFileName().toString().startsWith(kind))
                .skip(KEPT)
                .toList()) {
            Files.deleteIfExists(old);
        }
    }

    private Path place(String name, String hash) {
        return path.resolve(name + hash + SUFFIX);
    }

    /** Those used last come first. */
    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX) && Files.isRegularFile(file, NO_LINKS))
                    .sorted(Comparator.comparing(ArchiveDirectory::used).reversed())
                    .toList();
        }
    }

    private static FileTime used(Path file) {
        try {
            return Files.getLastModifiedTime(file, NO_LINKS);
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }

    /** Held by the process that makes an archive. */
    FileChannel openLock() throws IOException {
        return FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
