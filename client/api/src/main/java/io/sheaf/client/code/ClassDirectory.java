package io.sheaf.client.code;

import io.sheaf.protocol.job.CodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A class directory as a jar: the same bytes for the same contents, in {@code ~/.sheaf/classes} under their hash. */
final class ClassDirectory {
    /** Zip times cannot be earlier than 1980; any fixed one will do. */
    private static final long TIME = 946_684_800_000L;

    private ClassDirectory() {}

    static Path pack(Path directory) throws IOException {
        Path cache = Path.of(System.getProperty("user.home"), ".sheaf", "classes");
        Files.createDirectories(cache);
        Path fresh = Files.createTempFile(cache, "classes", ".part");
        try {
            List<Path> files;
            try (Stream<Path> all = Files.walk(directory)) {
                files = all.filter(Files::isRegularFile).sorted().toList();
            }
            try (OutputStream out = Files.newOutputStream(fresh);
                    ZipOutputStream zip = new ZipOutputStream(out)) {
                // Classes are read again at once on the same machine: speed counts, size does not.
                zip.setLevel(1);
                for (Path file : files) {
                    ZipEntry entry =
                            new ZipEntry(directory.relativize(file).toString().replace('\\', '/'));
                    entry.setTime(TIME);
                    zip.putNextEntry(entry);
                    Files.copy(file, zip);
                }
            }
            Path jar = cache.resolve(CodeId.of(fresh).sha256() + ".jar");
            Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
            return jar;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
