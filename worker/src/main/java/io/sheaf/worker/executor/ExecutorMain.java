package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.task.TaskRoute;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * The main of an executor: connects to its worker and runs what it is told, until told to end or until the worker is
 * gone. It then ends with its whole process group, so that nothing that a task has started stays behind.
 */
public final class ExecutorMain {
    private ExecutorMain() {}

    /**
     * Takes three arguments: the worker's socket, the file for current items, and how many lanes there may be; a fourth
     * when it will be told later for whom it is.
     */
    public static void main(String[] arguments) throws IOException {
        CurrentItemFile current = new CurrentItemFile(Path.of(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(current::exiting));
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]));
        Connection<ToLane, FromLane> connection = new Connection<>(
                "worker", Transport.of(channel), ExecutorConversation.TO_EXECUTOR, ExecutorConversation.FROM_EXECUTOR);
        Path cluster = Path.of(arguments[0]).resolveSibling(TaskRoute.SOCKET);
        int most = Integer.parseInt(arguments[2]);
        if (arguments.length > 3) {
            Rehearsal.alone(current, cluster);
        }
        if (most == 1) {
            runAlone(connection, current, cluster);
        } else {
            Lanes lanes = new Lanes(connection, current, LaneThreads.of(most), new Commons(cluster));
            listen(connection, lanes::receive);
            awaitTheEnd();
        }
    }

    private static void runAlone(Connection<ToLane, FromLane> connection, CurrentItemFile current, Path cluster) {
        ItemQueue queue = new ItemQueue();
        Line line = new Line(connection, 0);
        TaskOutput out = new TaskOutput(false, System.out, line);
        TaskOutput err = new TaskOutput(true, System.err, line);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Commons commons = new Commons(cluster);
        Runner runner = new Runner(queue, current.lane(0), new Runner.Streams(out, err), line, commons);
        Inlet inlet = new Inlet(queue, commons, line::sendAtOnce);
        listen(connection, told -> inlet.receive(told.message()));
        try {
            runner.run();
        } catch (RuntimeException | Error e) {
            runner.cannotGoOn(e);
        }
        current.ending();
        connection.end();
        // Closing answers with the end of the stream, and `closed` then ends this process.
    }

    /** Without this thread the process would end at once; with the connection it does. */
    private static void awaitTheEnd() {
        while (true) {
            LockSupport.park();
        }
    }

    private static void listen(Connection<ToLane, FromLane> connection, Consumer<ToLane> receiver) {
        connection.start(new Connection.Listener<>() {
            @Override
            public void received(ToLane told) {
                receiver.accept(told);
            }

            @Override
            public void closed(String reason) {
                endProcessGroup();
            }
        });
    }

    /**
     * The worker is gone, or has said that this is over. Exit hooks are user code and might never return, hence the
     * signal: to the group that this process leads, if it leads one.
     */
    static void endProcessGroup() {
        try {
            ProcessGroup.killCommand(ProcessHandle.current().pid()).start().waitFor();
        } catch (IOException e) {
            // No such command here; halting is what remains.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Also when there is not even memory to start the command.
            Runtime.getRuntime().halt(0);
        }
    }

    /** What one lane says to the worker. */
    static class Line implements Runner.Line {
        private static final long BACKLOG = 8 << 20;

        private final Connection<ToLane, FromLane> connection;
        private final int lane;

        Line(Connection<ToLane, FromLane> connection, int lane) {
            this.connection = connection;
            this.lane = lane;
        }

        void sendAtOnce(FromExecutor message) {
            connection.send(new FromLane(lane, message));
        }

        /** Waits while much is still to be written, so that a task that floods is slowed, not this process killed. */
        @Override
        public void accept(FromExecutor message) {
            sendAtOnce(message);
            await(BACKLOG);
        }

        @Override
        public void awaitSent() {
            await(0);
        }

        @Override
        public void die() {
            endProcessGroup();
        }

        private void await(long backlog) {
            boolean interrupted = Thread.interrupted();
            try {
                connection.awaitBacklog(backlog);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
