package io.sheaf.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What can be wrong with this machine and this user. */
final class HostChecks {
    private static final long LOW_BYTES = 1L << 30;

    private final Path home;
    private final Map<String, String> environment;

    /** @param home {@code ~/.sheaf} */
    HostChecks(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
    }

    List<Finding> run() {
        List<Finding> findings = new ArrayList<>();
        findings.add(java());
        findings.add(directory());
        findings.add(token());
        findings.add(hostName());
        return findings;
    }

    private static Finding java() {
        String version = "Java " + Runtime.version() + " at " + System.getProperty("java.home");
        try {
            if (SourceCompiler.isHere()) {
                return Finding.ok("java", version);
            }
        } catch (LinkageError e) {
            // Said below.
        }
        return Finding.note(
                "java", version + " has no compiler", "for WHAT as a source file install a JDK and set JAVA_HOME");
    }

    private Finding directory() {
        String set = environment.getOrDefault("SHEAF_DATA_DIR", "");
        Path directory = set.isBlank() ? home : Path.of(set);
        if (!Files.exists(directory)) {
            return Finding.ok("data", directory + " is not there yet, and is made when it is needed");
        }
        if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
            return Finding.problem(
                    "data",
                    directory + " is no directory that this user can write to",
                    "make it one, or name another with SHEAF_DATA_DIR");
        }
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            String others = openTo(directory, "rwx------");
            if (!others.isEmpty()) {
                return Finding.problem(
                        "data", directory + " is open to others (" + others + ")", "chmod 700 " + directory);
            }
            return free < LOW_BYTES
                    ? Finding.problem(
                            "data",
                            "The disk of " + directory + " has only " + (free >> 20)
                                    + " MiB left, and code and what does" + " not fit the memory goes there",
                            "make room, or name another directory with SHEAF_DATA_DIR")
                    : Finding.ok("data", directory + ", with " + (free >> 30) + " GiB free");
        } catch (IOException e) {
            return Finding.problem("data", directory + " cannot be looked at: " + e.getMessage(), "check its owner");
        }
    }

    private Finding token() {
        if (!environment.getOrDefault("SHEAF_TOKEN", "").isBlank()) {
            return Finding.ok("token", "from SHEAF_TOKEN");
        }
        Path file = home.resolve("token");
        if (!Files.exists(file)) {
            return Finding.ok("token", "none, which is fine as long as everything is on this machine");
        }
        try {
            String others = openTo(file, "rw-------");
            if (!others.isEmpty()) {
                return Finding.problem(
                        "token",
                        file + " can be read by others (" + others + "), who could then run code as you",
                        "chmod 600 " + file + "; then change the token, here and at the coordinator");
            }
            return Files.readString(file).isBlank()
                    ? Finding.problem(
                            "token", file + " is empty", "write the coordinator's token into it, or remove it")
                    : Finding.ok("token", "from " + file);
        } catch (IOException e) {
            return Finding.problem("token", file + " cannot be read: " + e.getMessage(), "check its owner");
        }
    }

    /** What somebody else may do with a file, beyond these rights; empty: nothing. */
    private static String openTo(Path file, String most) throws IOException {
        try {
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
            boolean fine = PosixFilePermissions.fromString(most).containsAll(rights)
                    || rights.stream().noneMatch(right -> !right.name().startsWith("OWNER"));
            return fine ? "" : PosixFilePermissions.toString(rights);
        } catch (UnsupportedOperationException e) {
            return "";
        }
    }

    private static Finding hostName() {
        try {
            InetAddress self = InetAddress.getLocalHost();
            return self.isLoopbackAddress()
                    ? Finding.note(
                            "host name",
                            self.getHostName() + " is " + self.getHostAddress() + " here: who binds to that name is not"
                                    + " reached from other machines",
                            "for a cluster of several machines write the address itself in --bind, or correct /etc/hosts")
                    : Finding.ok("host name", self.getHostName() + " is " + self.getHostAddress());
        } catch (UnknownHostException e) {
            return Finding.problem(
                    "host name",
                    "The name of this machine has no address: " + e.getMessage(),
                    "enter it in /etc/hosts or the DNS");
        }
    }
}
