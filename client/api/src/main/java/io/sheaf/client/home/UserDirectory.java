package io.sheaf.client.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory {@code ~/.sheaf}, which is made for this user alone, since a token may be in it. */
public final class UserDirectory {
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private UserDirectory() {}

    /** Where something of that name is, or would be. */
    public static Path resolve(String name) {
        return Path.of(System.getProperty("user.home"), ".sheaf", name);
    }

    /**
     * A directory in it, which is made when needed.
     *
     * @throws IOException when it cannot be
     */
    public static Path directory(String name) throws IOException {
        Path directory = resolve(name);
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PRIVATE);
        }
        return directory;
    }

    /**
     * A new file in it, to be moved to its place once it is complete.
     *
     * @throws IOException when it cannot be made
     */
    public static Path fresh(String name) throws IOException {
        return Files.createTempFile(directory(""), name, ".part");
    }
}
