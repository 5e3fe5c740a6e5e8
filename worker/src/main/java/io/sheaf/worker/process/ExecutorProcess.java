package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.RecordCodec;
import io.sheaf.protocol.wire.Transport;
import io.sheaf.worker.executor.CurrentItemFile;
import io.sheaf.worker.executor.ProcessGroup;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One child process, from before it exists until after its death. A thread of its own waits for both. */
final class ExecutorProcess implements ExecutorHost {
    private static final long START_DEADLINE_MILLIS = 30_000;

    private final String name;
    private final Files files;
    private final List<String> command;
    private final ExecutorProcesses.Host host;
    private final Lanes lanes;
    private final LastLines stderr = new LastLines();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CountDownLatch dead = new CountDownLatch(1);
    private final List<ToLane> unsent = new ArrayList<>();
    private @Nullable Connection<FromLane, ToLane> connection;
    private @Nullable Process process;
    private boolean killed;
    private volatile boolean ready;

    /**
     * The files that belong to a process.
     *
     * @param lanes how many may be in use at a time
     */
    record Files(Path socket, Path currentItem, int lanes) {
        void delete() {
            try {
                java.nio.file.Files.deleteIfExists(socket);
                java.nio.file.Files.deleteIfExists(currentItem);
            } catch (IOException e) {
                // The whole directory is deleted in the end.
            }
        }
    }

    ExecutorProcess(String name, Files files, List<String> command, ExecutorProcesses.Host host) {
        this.name = name;
        this.files = files;
        this.command = command;
        this.host = host;
        this.lanes = new Lanes(this::send, this::kill, host);
    }

    void start(Runnable afterDeath) {
        Thread thread = new Thread(
                () -> {
                    live();
                    afterDeath.run();
                    dead.countDown();
                },
                "executor-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public ExecutorPort join(ExecutorEvents events) {
        return lanes.join(events);
    }

    boolean isAlive() {
        return dead.getCount() > 0;
    }

    /** To be called before any executor joins. */
    void load(List<Path> classPath) {
        send(new ToLane(
                0, new ToExecutor.Load(classPath.stream().map(Path::toString).toList())));
    }

    /** Queues the message, also before the process is there. */
    private void send(ToLane message) {
        Connection<FromLane, ToLane> open;
        synchronized (unsent) {
            if (connection == null) {
                unsent.add(message);
                return;
            }
            open = connection;
        }
        open.send(message);
    }

    void kill() {
        synchronized (unsent) {
            killed = true;
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    void awaitDeath(long nanos) {
        try {
            dead.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void live() {
        long outOfMemoryKills = ControlGroup.outOfMemoryKills();
        String trouble = "";
        List<Thread> readers = List.of();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            CurrentItemFile.create(files.currentItem, files.lanes);
            server.bind(UnixDomainSocketAddress.of(files.socket));
            Process started = spawn();
            readers = List.of(read(started.getErrorStream(), "stderr"), read(started.getInputStream(), "stdout"));
            // The first time these take as long to make as half a JVM to start, which it does meanwhile.
            RecordCodec<FromLane> hearing = ExecutorConversation.FROM_EXECUTOR;
            RecordCodec<ToLane> telling = ExecutorConversation.TO_EXECUTOR;
            Optional<SocketChannel> channel = accept(server, started);
            if (channel.isPresent()) {
                converse(new Connection<>(name, Transport.of(channel.get()), hearing, telling));
            } else {
                closed.complete(null);
                if (started.isAlive()) {
                    trouble = "it did not connect within " + START_DEADLINE_MILLIS / 1000 + " s";
                }
            }
            awaitEnd(started);
        } catch (IOException e) {
            trouble = "it could not be started: " + e.getMessage();
        }
        readers.forEach(ExecutorProcess::join);
        bury(trouble, outOfMemoryKills);
    }

    private Process spawn() throws IOException {
        Process started = new ProcessBuilder(command).start();
        started.getOutputStream().close();
        CompletableFuture<Void> unused = started.onExit().thenRun(lanes::exited);
        synchronized (unsent) {
            process = started;
            if (killed) {
                started.destroyForcibly();
            }
        }
        return started;
    }

    private Thread read(java.io.InputStream stream, String which) {
        Thread thread = new Thread(() -> stderr.readAll(stream), "executor-" + name + "-" + which);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static Optional<SocketChannel> accept(ServerSocketChannel server, Process started) throws IOException {
        try (Selector selector = Selector.open()) {
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            CompletableFuture<Void> unused = started.onExit().thenRun(selector::wakeup);
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_DEADLINE_MILLIS);
            while (started.isAlive() && System.nanoTime() < deadline) {
                selector.select(START_DEADLINE_MILLIS);
                SocketChannel channel = server.accept();
                if (channel != null) {
                    channel.configureBlocking(true);
                    return Optional.of(channel);
                }
            }
            return Optional.empty();
        }
    }

    private void converse(Connection<FromLane, ToLane> opened) {
        synchronized (unsent) {
            unsent.forEach(opened::send);
            unsent.clear();
            connection = opened;
        }
        opened.start(new Connection.Listener<>() {
            @Override
            public void received(FromLane said) {
                if (said.message() instanceof FromExecutor.Ready) {
                    ready = true;
                }
                lanes.received(said);
            }

            @Override
            public void closed(String reason) {
                closed.complete(null);
            }
        });
    }

    /** Returns when the process and its group are gone and all that it said has been passed on. */
    private void awaitEnd(Process started) {
        CompletableFuture.anyOf(closed, started.onExit()).join();
        if (!await(started.onExit(), 1000)) {
            started.destroyForcibly();
        }
        started.onExit().join();
        killGroup(started.pid());
        if (!await(closed, 2000)) {
            synchronized (unsent) {
                if (connection != null) {
                    connection.close();
                }
            }
            await(closed, 2000);
        }
    }

    private static boolean await(CompletableFuture<?> future, long millis) {
        try {
            future.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What the tasks have started may have outlived the leader of its group. */
    private static void killGroup(long pid) {
        try {
            Process kill = ProcessGroup.killCommand(pid).start();
            kill.getInputStream().readAllBytes();
            kill.waitFor();
        } catch (IOException e) {
            // There is no such command here, and no other way to reach a group.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread reader) {
        try {
            reader.join(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bury(String trouble, long outOfMemoryKills) {
        Optional<CurrentItemFile.LastWords> said = Optional.empty();
        try {
            said = Optional.of(CurrentItemFile.read(files.currentItem));
        } catch (IOException e) {
            // It never came to be; then nothing ran.
        }
        files.delete();
        boolean exiting = said.map(CurrentItemFile.LastWords::exiting).orElse(false);
        lanes.died(new Lanes.Death(ready, report(trouble, exiting, outOfMemoryKills), said));
    }

    private DeathReport report(String trouble, boolean exiting, long outOfMemoryKills) {
        OptionalLong pid = OptionalLong.empty();
        OptionalInt code = OptionalInt.empty();
        OptionalInt signal = OptionalInt.empty();
        boolean byUs;
        synchronized (unsent) {
            byUs = killed;
            if (process != null) {
                pid = OptionalLong.of(process.pid());
                int exit = process.exitValue();
                boolean bySignal = exit > 128 && !exiting;
                signal = bySignal ? OptionalInt.of(exit - 128) : OptionalInt.empty();
                code = bySignal ? OptionalInt.empty() : OptionalInt.of(exit);
            }
        }
        String verdict = trouble;
        if (verdict.isEmpty() && signal.orElse(0) == 9) {
            boolean outOfMemory = ControlGroup.outOfMemoryKills() > outOfMemoryKills;
            verdict = byUs ? "stopped on purpose" : outOfMemory ? "out of memory, says the kernel" : "cause unknown";
        }
        return new DeathReport("executor", host.worker(), host.name(), pid, code, signal, verdict, stderr.lines());
    }
}
