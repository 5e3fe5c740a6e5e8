package io.sheaf.worker.process;

import io.sheaf.protocol.task.TaskRoute;
import io.sheaf.protocol.wire.SocketDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Executors as child processes of this one, reached over Unix domain sockets. */
public final class ExecutorProcesses implements ExecutorStarter {
    private final ExecutorCommand command;
    private final Host host;
    private final Path directory;
    private final Relay relay;
    private final AtomicLong numbers = new AtomicLong();
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
     * @throws IOException when there is no place for sockets
     */
    public ExecutorProcesses(ExecutorCommand command, Host host, Relay.Route route) throws IOException {
        this.command = command;
        this.host = host;
        this.directory = SocketDirectory.create();
        this.relay = new Relay(directory.resolve(TaskRoute.SOCKET), route);
    }

    @Override
    public ExecutorHost start(List<Path> classPath, int lanes) {
        String name = "e" + numbers.incrementAndGet();
        Path socket = directory.resolve(name);
        Path currentItem = directory.resolve(name + ".now");
        ExecutorProcess.Files files = new ExecutorProcess.Files(socket, currentItem, lanes);
        ExecutorProcess process = new ExecutorProcess(name, files, command.of(classPath, files), host);
        running.add(process);
        process.start(() -> running.remove(process));
        return process;
    }

    @Override
    public void close() {
        running.forEach(ExecutorProcess::kill);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        for (ExecutorProcess process : running) {
            process.awaitDeath(deadline - System.nanoTime());
        }
        relay.close();
        SocketDirectory.delete(directory);
    }
}
