package io.sheaf.launcher.home;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The distribution that this process runs from.
 *
 * @param directory with {@code lib} in it
 */
public record Home(Path directory) {
    /** Finds it by the place of this class's jar. */
    public static Home find() throws IOException {
        try {
            Path jar = Path.of(Home.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Home(jar.resolveSibling("..").normalize());
        } catch (URISyntaxException e) {
            throw new IOException("The place of Sheaf's own jar has no name", e);
        }
    }

    /** What executors need, and what tasks that start tasks do; that is not touched by others. */
    public List<Path> executorClassPath() throws IOException {
        return List.of(jar("sheaf-executor-"), jar("sheaf-protocol-"), jar("sheaf-client-"));
    }

    /** What users type: it knows with which options each kind of process runs. */
    public Path command() {
        return directory.resolve("bin").resolve("sheaf");
    }

    /** The jar whose name begins so. */
    public Path jar(String prefix) throws IOException {
        try (Stream<Path> jars = Files.list(directory.resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "There is no " + prefix + "*.jar in " + directory.resolve("lib") + "; unpack Sheaf anew"));
        }
    }

    /** The version of the product. */
    public static String version() {
        Properties about = new Properties();
        try (InputStream in = Home.class.getResourceAsStream("/io/sheaf/version.properties")) {
            if (in != null) {
                about.load(in);
            }
        } catch (IOException e) {
            // A jar that can be run from can be read.
        }
        return about.getProperty("version", "unknown");
    }

    /** The name of this host. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
