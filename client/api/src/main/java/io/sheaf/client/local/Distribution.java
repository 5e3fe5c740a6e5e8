package io.sheaf.client.local;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.home.UserDirectory;
import io.sheaf.protocol.wire.SocketDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Finds Sheaf on this machine: where the system property {@code sheaf.home} or the environment variable
 * {@code SHEAF_HOME} says, else in the jar {@code sheaf-node} on the class path, which is unpacked once per version.
 */
public final class Distribution {
    private static final String ARCHIVE = "/io/sheaf/node/sheaf.tar.gz";
    private static final String PROPERTIES = "/io/sheaf/node/node.properties";

    private Distribution() {}

    /**
     * The directory with {@code lib} in it.
     *
     * @throws ClusterUnreachableException when there is none; the message says what to do
     */
    public static Path home() {
        String named = System.getProperty("sheaf.home", System.getenv("SHEAF_HOME"));
        if (named != null && !named.isBlank()) {
            Path home = Path.of(named);
            if (!Files.isDirectory(home.resolve("lib"))) {
                throw new ClusterUnreachableException(
                        "SHEAF_HOME is " + home + ", which is no Sheaf distribution: it has no lib directory", null);
            }
            return home;
        }
        try {
            return unpacked();
        } catch (IOException e) {
            throw new ClusterUnreachableException(
                    "The Sheaf node cannot be unpacked: " + e.getMessage() + "; set SHEAF_HOME to a distribution", e);
        }
    }

    private static Path unpacked() throws IOException {
        Properties about = new Properties();
        try (InputStream in = Distribution.class.getResourceAsStream(PROPERTIES)) {
            if (in == null) {
                throw new ClusterUnreachableException(
                        "Worker processes need the Sheaf distribution: add the dependency io.sheaf:sheaf-node, or set"
                                + " SHEAF_HOME to an unpacked one",
                        null);
            }
            about.load(in);
        }
        String name =
                about.getProperty("version") + "-" + about.getProperty("sha256").substring(0, 16);
        Path nodes = UserDirectory.resolve("node");
        Path home = nodes.resolve(name);
        if (Files.isDirectory(home)) {
            return home;
        }
        UserDirectory.directory("node");
        Path fresh = Files.createTempDirectory(nodes, name + "-");
        try {
            unpack(fresh);
            try (Stream<Path> roots = Files.list(fresh)) {
                Files.move(roots.findFirst().orElseThrow(), home, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (FileSystemException e) {
            if (!Files.isDirectory(home)) {
                throw e;
            }
            // Another process has just done the same.
        } finally {
            SocketDirectory.delete(fresh);
        }
        return home;
    }

    private static void unpack(Path into) throws IOException {
        Path archive = into.resolveSibling(into.getFileName() + ".tar.gz");
        try (InputStream in = Distribution.class.getResourceAsStream(ARCHIVE)) {
            if (in == null) {
                throw new IOException("sheaf-node has no " + ARCHIVE);
            }
            Files.copy(in, archive);
            Process tar = new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", into.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (tar.waitFor() != 0) {
                throw new IOException("tar says: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(archive);
        }
    }
}
