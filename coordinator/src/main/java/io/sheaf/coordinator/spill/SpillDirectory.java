package io.sheaf.coordinator.spill;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory in which one process spills, below one that processes may share. A lock tells which of them live: what
 * a dead one has left is deleted by the next that comes. Safe for use by many threads.
 */
public final class SpillDirectory implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SpillDirectory.class);
    private static final String LOCK = "lock";
    private static final FileAttribute<Set<PosixFilePermission>> ONLY_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path own;
    private final FileChannel lock;
    private final AtomicLong files = new AtomicLong();

    private SpillDirectory(Path own, FileChannel lock) {
        this.own = own;
        this.lock = lock;
    }

    /**
     * A fresh one, when what dead processes left there has been deleted.
     *
     * @param shared made for this user only when it is not there
     * @throws IOException when nothing can be written there
     */
    public static SpillDirectory open(Path shared) throws IOException {
        if (!Files.isDirectory(shared)) {
            Files.createDirectories(shared, ONLY_OWNER);
        }
        // Else a process that comes at the same time could take this one, not yet locked, for a dead one.
        try (FileChannel coming = openLock(shared)) {
            coming.lock();
            try (DirectoryStream<Path> others = Files.newDirectoryStream(shared, Files::isDirectory)) {
                for (Path other : others) {
                    deleteUnlessAlive(other);
                }
            }
            Path own = Files.createTempDirectory(shared, "", ONLY_OWNER);
            FileChannel lock = openLock(own);
            lock.lock();
            return new SpillDirectory(own, lock);
        }
    }

    private static FileChannel openLock(Path directory) throws IOException {
        return FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private static void deleteUnlessAlive(Path directory) {
        try (FileChannel channel = openLock(directory)) {
            if (channel.tryLock() != null) {
                delete(directory);
            }
        } catch (OverlappingFileLockException e) {
            log.debug("{} belongs to this very process", directory);
        } catch (IOException e) {
            log.warn("{}, which another process has left, cannot be deleted: {}", directory, e.getMessage());
        }
    }

    private static void delete(Path directory) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }

    /** A file that does not exist yet. */
    Path newFile() {
        return own.resolve(files.incrementAndGet() + ".spill");
    }

    /** For people. */
    @Override
    public String toString() {
        return own.toString();
    }

    /** Deletes it with all that is in it. */
    @Override
    public void close() {
        try {
            delete(own);
            lock.close();
        } catch (IOException e) {
            log.warn("{} cannot be deleted; the next coordinator will: {}", own, e.getMessage());
        }
    }
}
