package io.sheaf.launcher;

import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.home.WorkerSetup;
import io.sheaf.launcher.local.LocalNode;
import io.sheaf.launcher.settings.Settings;
import io.sheaf.protocol.wire.SocketDirectory;
import io.sheaf.worker.process.ClassData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The main of a private node: {@code --processes N --socket PATH}, and {@code --commands} where it will run
 * nothing but operating system commands. Says {@code ready} on stdout once it accepts its
 * client, and ends when that client or the standard input does. Takes its directory with it.
 */
public final class NodeMain {
    /** A node that is over by then has not the time to prepare for later ones. */
    private static final long SHORT_LIFE_MILLIS = 2_000;

    private NodeMain() {}

    /** Runs a node. */
    public static void main(String[] arguments) throws IOException {
        int processes = Integer.parseInt(arguments[1]);
        Settings settings = Settings.read(Optional.empty(), System.getenv(), Map.of());
        Path socket = Path.of(arguments[3]).toAbsolutePath();
        Path directory = socket.resolveSibling("").normalize();
        List<Path> classPath = Home.find().executorClassPath();
        WorkerSetup setup = new WorkerSetup(
                processes,
                WorkerSetup.ioSlots(settings.number("sheaf.worker.io-slots", 0, 10_000)),
                classPath,
                settings.isOn("sheaf.class-data") ? ClassData.of(classPath, SHORT_LIFE_MILLIS) : ClassData.none(),
                Home.hostName(),
                Home.version(),
                List.of(),
                !List.of(arguments).contains("--commands"));
        LocalNode node = new LocalNode(setup, Home.version(), socket, directory);
        Thread stdin = new Thread(() -> awaitEnd(System.in, node), "stdin");
        stdin.setDaemon(true);
        stdin.start();
        System.out.println("ready");
        node.over().join();
        node.close();
        SocketDirectory.delete(directory);
        Runtime.getRuntime().halt(0);
    }

    /** Whoever started this process holds the other end, so it ends even when they are killed. */
    private static void awaitEnd(InputStream stdin, LocalNode node) {
        try {
            while (stdin.read() >= 0) {
                // Nothing is ever said there.
            }
        } catch (IOException e) {
            // No different from the end.
        }
        node.over().complete("its starter is gone");
    }
}
