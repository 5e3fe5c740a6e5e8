package io.sheaf.client.code;

import io.sheaf.client.home.UserDirectory;
import io.sheaf.protocol.job.CodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A class directory as a jar: the same bytes for the same contents, in {@code ~/.sheaf/classes} under their hash. */
final class ClassDirectory {
    /** Zip times cannot be earlier than 1980; any fixed one will do that does not depend on the time zone. */
    private static final LocalDateTime TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

    private ClassDirectory() {}

    /**
     * Packs a directory. Where nothing can be kept, the jar goes when this JVM does.
     *
     * @throws IOException when the directory cannot be read, or no file can be written at all
     */
    static Path pack(Path directory) throws IOException {
        Path fresh;
        Path cache;
        try {
            cache = UserDirectory.directory("classes");
            fresh = UserDirectory.fresh("classes");
        } catch (IOException e) {
            Path passing = Files.createTempFile("sheaf-classes", ".jar");
            passing.toFile().deleteOnExit();
            write(directory, passing);
            return passing;
        }
        try {
            write(directory, fresh);
            Path jar = cache.resolve(CodeId.of(fresh).sha256() + ".jar");
            Files.move(fresh, jar, StandardCopyOption.ATOMIC_MOVE);
            return jar;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static void write(Path directory, Path jar) throws IOException {
        Path root = directory.toRealPath();
        List<Path> files;
        try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            // Classes are read again at once on the same machine: speed counts, size does not.
            zip.setLevel(1);
            for (Path file : files) {
                ZipEntry entry = new ZipEntry(root.relativize(file).toString().replace('\\', '/'));
                entry.setTimeLocal(TIME);
                zip.putNextEntry(entry);
                Files.copy(file, zip);
            }
        }
    }
}
