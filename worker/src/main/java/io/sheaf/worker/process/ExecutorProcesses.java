package io.sheaf.worker.process;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.task.TaskRoute;
import io.sheaf.protocol.wire.SocketDirectory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Executors as child processes of this one, reached over Unix domain sockets; those of commands are threads. */
public final class ExecutorProcesses implements ExecutorStarter {
    private final ExecutorCommand command;
    private final Host host;
    private final Path directory;
    private final Relay relay;
    private final CommandProcesses commands;
    private final AtomicLong numbers = new AtomicLong();
    private final SpareExecutor spare;
    private final Set<ExecutorProcess> running = ConcurrentHashMap.newKeySet();

    /**
     * Where executors run, for their death reports.
     *
     * @param worker which worker
     * @param name the host's name
     */
    public record Host(io.sheaf.protocol.job.WorkerId worker, String name) {}

    /**
     * Without executors.
     *
     * @param route where what their tasks ask of the coordinator goes
     * @param spared whether one that nobody has asked for yet is kept ready
     * @throws IOException when there is no place for sockets
     */
    public ExecutorProcesses(ExecutorCommand command, Host host, Relay.Route route, boolean spared) throws IOException {
        this.command = command;
        this.host = host;
        this.directory = SocketDirectory.create();
        this.commands = new CommandProcesses(host);
        this.relay = new Relay(directory.resolve(TaskRoute.SOCKET), route);
        this.spare = new SpareExecutor(() -> started(1, command::spare));
        Thread thread = new Thread(
                () -> {
                    loadWhatStartingTakes();
                    if (spared) {
                        spare.keep();
                    }
                },
                "executor-spare");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * The first executor is often the one that somebody waits for, since a worker that joins is given work at once. What
     * this process has to load for it is loaded while the worker looks for its coordinator.
     */
    private static void loadWhatStartingTakes() {
        ToLane message = new ToLane(0, new ToExecutor.Begin());
        try (Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            ExecutorConversation.TO_EXECUTOR.fromBytes(ExecutorConversation.TO_EXECUTOR.toBytes(message));
            FromLane answer = new FromLane(0, new FromExecutor.Ready(0));
            ExecutorConversation.FROM_EXECUTOR.fromBytes(ExecutorConversation.FROM_EXECUTOR.toBytes(answer));
            Process unused = new ProcessBuilder("true").start();
        } catch (IOException e) {
            // It will be told where it matters.
        }
    }

    @Override
    public ExecutorHost start(List<Path> classPath, int lanes) {
        if (lanes == 1) {
            Optional<ExecutorProcess> ready = spare.take();
            if (ready.isPresent()) {
                ready.get().load(classPath);
                return ready.get();
            }
        }
        return started(lanes, files -> command.of(classPath, files));
    }

    private ExecutorProcess started(int lanes, Function<ExecutorProcess.Files, List<String>> how) {
        String name = "e" + numbers.incrementAndGet();
        Path socket = directory.resolve(name);
        Path currentItem = directory.resolve(name + ".now");
        ExecutorProcess.Files files = new ExecutorProcess.Files(socket, currentItem, lanes);
        ExecutorProcess process = new ExecutorProcess(name, files, how.apply(files), host);
        running.add(process);
        process.start(() -> running.remove(process));
        return process;
    }

    @Override
    public ExecutorHost startForCommands() {
        return commands::join;
    }

    @Override
    public void close() {
        command.classData().close();
        spare.close();
        running.forEach(ExecutorProcess::kill);
        commands.close();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        for (ExecutorProcess process : running) {
            process.awaitDeath(deadline - System.nanoTime());
        }
        relay.close();
        SocketDirectory.delete(directory);
    }
}
