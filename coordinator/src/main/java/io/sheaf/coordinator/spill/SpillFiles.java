package io.sheaf.coordinator.spill;

import io.sheaf.protocol.wire.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one shelf, in files of bounded size. Each file is deleted as soon as nothing in it is needed. For one
 * thread, except {@link #read}.
 */
final class SpillFiles {
    /** A file that is longer than this gets nothing more. */
    private static final long FILE_BYTES = 64 << 20;

    /** More at once would make the JDK keep as much memory outside the heap, for each thread. */
    private static final int AT_ONCE = 256 << 10;

    private final SpillDirectory directory;
    private final Map<Path, Integer> needed = new HashMap<>();
    private @Nullable Path current;
    private long position;

    SpillFiles(SpillDirectory directory) {
        this.directory = directory;
    }

    /** Writes; when that fails it has left nothing behind. */
    Extent write(List<ByteBuffer> parts) throws IOException {
        Path file = current;
        if (file == null || position >= FILE_BYTES) {
            file = directory.newFile();
            current = file;
            position = 0;
        }
        // Opened each time, so that no number of jobs can use up the open files of the process.
        try (FileChannel channel = open(file)) {
            long start = position;
            try {
                position = writeAll(channel, parts);
            } catch (IOException | RuntimeException e) {
                channel.truncate(start);
                throw e;
            }
            needed.merge(file, 1, Integer::sum);
            return new Extent(file, start, Math.toIntExact(position - start));
        } catch (IOException | RuntimeException e) {
            abandonIfEmpty(file);
            throw e;
        }
    }

    private static FileChannel open(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        return FileChannel.open(file, StandardOpenOption.WRITE);
    }

    private long writeAll(FileChannel channel, List<ByteBuffer> parts) throws IOException {
        long at = position;
        for (ByteBuffer part : parts) {
            int end = part.limit();
            while (part.position() < end) {
                part.limit(Math.min(end, part.position() + AT_ONCE));
                at += channel.write(part, at);
            }
        }
        return at;
    }

    private void abandonIfEmpty(Path file) throws IOException {
        if (!needed.containsKey(file)) {
            current = null;
            Files.deleteIfExists(file);
        }
    }

    /** These bytes are not needed any more. */
    void release(Extent extent) throws IOException {
        int left = needed.merge(extent.file(), -1, Integer::sum);
        if (left == 0) {
            needed.remove(extent.file());
            if (extent.file().equals(current)) {
                current = null;
            }
            Files.deleteIfExists(extent.file());
        }
    }

    /** By any thread, while the bytes are needed. */
    static Bytes read(Extent extent) throws IOException {
        byte[] bytes = new byte[extent.length()];
        try (FileChannel channel = FileChannel.open(extent.file(), StandardOpenOption.READ)) {
            int at = 0;
            while (at < bytes.length) {
                ByteBuffer part = ByteBuffer.wrap(bytes, at, Math.min(AT_ONCE, bytes.length - at));
                int count = channel.read(part, extent.offset() + at);
                if (count < 0) {
                    throw new EOFException(extent.file() + " is shorter than it was");
                }
                at += count;
            }
        }
        return Bytes.wrap(bytes);
    }
}
