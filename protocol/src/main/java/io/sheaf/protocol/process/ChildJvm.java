package io.sheaf.protocol.process;

import io.sheaf.protocol.wire.Bytes;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A child process: a JVM with the class path of this one that runs one action. Safe for use by many threads.
 */
public final class ChildJvm {
    private static final Set<Integer> SIGNALS_THAT_RUN_HOOKS = Set.of(128 + 1, 128 + 2, 128 + 15);
    private static final long LAST_WORDS_MILLIS = 1000;

    private final Process process;
    private final Path directory;
    private final List<Thread> pumps;

    private ChildJvm(Process process, Path directory, List<Thread> pumps) {
        this.process = process;
        this.directory = directory;
        this.pumps = pumps;
    }

    /**
     * Starts one.
     *
     * @param action a {@link io.sheaf.RemoteRunnable} in Java serialization
     * @param out where its stdout goes
     * @param error where its stderr goes
     */
    public static ChildJvm start(Bytes action, OutputStream out, OutputStream error) throws IOException {
        Path directory = Files.createTempDirectory("sheaf-process");
        Process process = new ProcessBuilder(command(directory)).start();
        ChildJvm child = new ChildJvm(
                process,
                directory,
                List.of(pump(process.getInputStream(), out), pump(process.getErrorStream(), error)));
        try {
            DataOutputStream in = new DataOutputStream(process.getOutputStream());
            in.writeInt(action.length());
            in.write(action.array(), action.offset(), action.length());
            // Not closed: when it ends before the child does, so does the child.
            in.flush();
        } catch (IOException e) {
            // It has ended already; its exit code and its last words say why.
        }
        return child;
    }

    private static List<String> command(Path directory) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Dfile.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                ChildMain.class.getName(),
                exitMark(directory).toString());
    }

    private static Path exitMark(Path directory) {
        return directory.resolve("exiting");
    }

    private static Thread pump(InputStream from, OutputStream to) {
        Thread thread = new Thread(() -> copy(from, to), "sheaf-process-output");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void copy(InputStream from, OutputStream to) {
        byte[] part = new byte[8 << 10];
        try (from) {
            for (int count = from.read(part); count >= 0; count = from.read(part)) {
                to.write(part, 0, count);
                to.flush();
            }
        } catch (IOException e) {
            // One of the two ends is gone; there is nobody left to tell.
        }
    }

    /** The host that it runs on. */
    public static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Asks it to end, or ends it at once. */
    public void signal(boolean atOnce) {
        if (atOnce) {
            kill();
        } else {
            // Process.destroy() would close its output, and its last words would be lost.
            process.toHandle().destroy();
        }
    }

    /** Ends it, and all that it has started, at once. */
    public void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.toHandle().destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * Waits for its end, and for what it printed last.
     *
     * @return its exit code, or the negative number of the signal that ended it
     */
    public int waitFor() throws InterruptedException {
        int code = process.waitFor();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAST_WORDS_MILLIS);
        for (Thread pump : pumps) {
            // What it has started may live on and keep its output open.
            pump.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
        }
        boolean exited = Files.exists(exitMark(directory)) && !SIGNALS_THAT_RUN_HOOKS.contains(code);
        deleteFiles();
        return code > 128 && !exited ? 128 - code : code;
    }

    private void deleteFiles() {
        try {
            Files.deleteIfExists(exitMark(directory));
            Files.delete(directory);
        } catch (IOException e) {
            // In the folder for temporary files it is in nobody's way.
        }
    }
}
