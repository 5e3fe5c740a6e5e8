package io.sheaf.coordinator.journal;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server of its own, with nothing in it, on a free port of this machine. It does not run as root, so there not as us. */
final class PostgresServer implements AutoCloseable {
    private final Path folder;
    private final Process process;
    private final int port;

    private PostgresServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Where its programs are, if they are anywhere, and somebody is here as whom they run. */
    static Optional<Path> programs() throws IOException {
        if (System.getProperty("user.name").equals("root")
                && Files.readAllLines(Path.of("/etc/passwd")).stream()
                        .noneMatch(user -> user.startsWith("postgres:"))) {
            return Optional.empty();
        }
        List<Path> places = new ArrayList<>();
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.sorted().forEach(version -> places.add(0, version.resolve("bin")));
        } catch (IOException e) {
            // Not where Debian has it.
        }
        for (String place : System.getenv("PATH").split(File.pathSeparator, -1)) {
            places.add(Path.of(place));
        }
        return places.stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("postgres")))
                .findFirst();
    }

    static PostgresServer start(Path programs) throws IOException {
        Path folder = Files.createTempDirectory("sheaf-postgres");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        String data = folder.resolve("data").toString();
        run(folder, programs.resolve("initdb").toString(), "-D", data, "-U", "sheaf", "-A", "trust", "-E", "UTF8")
                .onExit()
                .completeOnTimeout(null, 60, TimeUnit.SECONDS)
                .join();
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process process = run(
                folder,
                programs.resolve("postgres").toString(),
                "-D",
                data,
                "-h",
                "127.0.0.1",
                "-p",
                "" + port,
                "-k",
                folder.toString());
        PostgresServer server = new PostgresServer(folder, process, port);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                server.connect().close();
                return server;
            } catch (SQLException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IOException(Files.readString(folder.resolve("log")), e);
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static Process run(Path folder, String... command) throws IOException {
        List<String> all = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
        }
        all.addAll(List.of(command));
        return new ProcessBuilder(all)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    PostgresPlace place() {
        return new PostgresPlace("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "sheaf", "");
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(place().url(), "sheaf", "");
    }

    @Override
    public void close() throws IOException {
        // An immediate end; nobody will ask for what is in it.
        new ProcessBuilder("kill", "-QUIT", "" + process.pid()).start();
        process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = new ArrayList<>(found.toList());
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(all.get(i));
        }
    }
}
