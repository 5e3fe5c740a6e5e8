package io.sheaf.client.local;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.client.session.SocketSession;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.wire.SocketDirectory;
import io.sheaf.protocol.wire.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;

/**
 * A session with a node of its own: a process of this user that only this JVM knows, and its executors. The node ends
 * with the session, and by the end of its standard input when this JVM ends in whatever way.
 */
public final class LocalNode implements Session {
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 5;
    private static final int LAST_LINES = 20;
    private static final String SOCKET = "node";

    private final Process process;
    private final Path directory;
    private final Session session;

    private LocalNode(Process process, Path directory, Session session) {
        this.process = process;
        this.directory = directory;
        this.session = session;
    }

    /**
     * Starts a node.
     *
     * @param processes how many executors, each of one slot
     * @throws ClusterUnreachableException when it does not come up; the message has its last words
     */
    public static Session start(int processes) {
        return start(processes, List.of());
    }

    /** The same for operating system commands, of which there may be so many at a time. */
    public static Session startForCommands(int processes) {
        return start(processes, List.of("--commands"));
    }

    private static Session start(int processes, List<String> more) {
        Path home = Distribution.home();
        try {
            Path directory = SocketDirectory.create();
            try {
                return launch(command(home, processes, directory.resolve(SOCKET), more), directory);
            } catch (IOException | RuntimeException e) {
                SocketDirectory.delete(directory);
                throw e;
            }
        } catch (IOException e) {
            throw new ClusterUnreachableException("The local node does not start: " + e.getMessage(), e);
        }
    }

    private static Session launch(List<String> command, Path directory) throws IOException {
        Path socket = directory.resolve(SOCKET);
        Process process = new ProcessBuilder(command).start();
        try {
            LastWords stderr = new LastWords(process);
            awaitReady(process, stderr);
            SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            Session session = SocketSession.open("the local node", Transport.of(channel), "");
            return new LocalNode(process, directory, session);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** That script knows with which options of the JVM a node begins; it is to be the JVM that this is. */
    private static List<String> command(Path home, int processes, Path socket, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                home.resolve("bin").resolve("sheaf").toString(),
                "private-node",
                System.getProperty("java.home"),
                "--processes",
                Integer.toString(processes),
                "--socket",
                socket.toString()));
        command.addAll(more);
        return command;
    }

    private static void awaitReady(Process process, LastWords stderr) throws IOException {
        CompletableFuture<String> line = new CompletableFuture<>();
        daemon(() -> readAll(process, line), "sheaf-node-stdout").start();
        try {
            if (!line.get(START_SECONDS, TimeUnit.SECONDS).equals("ready")) {
                stderr.await();
                throw new IOException("it ended: " + stderr);
            }
        } catch (TimeoutException e) {
            throw new IOException("it was not ready after " + START_SECONDS + " s: " + stderr, e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Reads on after the first line, so that a node that prints never waits. */
    private static void readAll(Process process, CompletableFuture<String> firstLine) {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                firstLine.complete(line);
            }
            firstLine.complete("");
        } catch (IOException e) {
            firstLine.complete(e.toString());
        }
    }

    @Override
    public int slots() {
        return session.slots();
    }

    @Override
    public <A extends ToClient> CompletableFuture<A> ask(Class<A> answer, LongFunction<FromClient> question) {
        return session.ask(answer, question);
    }

    @Override
    public CompletableFuture<JobHandle> submit(JobSpec job, CodeFiles code, JobListener listener) {
        return session.submit(job, code, listener);
    }

    @Override
    public CompletableFuture<JobHandle> submit(String key, JobSpec job, CodeFiles code, JobListener listener) {
        return session.submit(key, job, code, listener);
    }

    @Override
    public CompletableFuture<JobHandle> retry(JobId job, boolean onlyFailed, Optional<CodeFiles> code) {
        return session.retry(job, onlyFailed, code);
    }

    @Override
    public CompletableFuture<JobStatus> watch(JobId job, JobListener listener) {
        return session.watch(job, listener);
    }

    /** Ends the session and waits until the node, with its executors, is gone. */
    @Override
    public void close() {
        session.close();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // It is gone already.
        }
        boolean interrupted = false;
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        SocketDirectory.delete(directory);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** The last lines of a process's stderr, which is read so that it never waits. */
    private static final class LastWords {
        private final ArrayDeque<String> lines = new ArrayDeque<>();
        private final Thread reader;

        LastWords(Process process) {
            reader = daemon(() -> readAll(process), "sheaf-node-stderr");
            reader.start();
        }

        private void readAll(Process process) {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    add(line);
                }
            } catch (IOException e) {
                add(e.toString());
            }
        }

        private synchronized void add(String line) {
            if (lines.size() == LAST_LINES) {
                lines.remove();
            }
            lines.add(line);
        }

        void await() {
            try {
                reader.join(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public synchronized String toString() {
            return lines.isEmpty() ? "it said nothing" : String.join(System.lineSeparator(), lines);
        }
    }
}
