package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * The main of an executor: connects to its worker and runs what it is told, until told to end or until the worker is
 * gone. It then ends with its whole process group, so that nothing that a task has started stays behind.
 */
public final class ExecutorMain {
    private static final long BACKLOG = 8 << 20;

    private ExecutorMain() {}

    /** Takes two arguments: the worker's socket, and the file for the current item. */
    public static void main(String[] arguments) throws IOException {
        CurrentItemFile current = new CurrentItemFile(Path.of(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(current::exiting));
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]));
        Connection<ToExecutor, FromExecutor> connection = new Connection<>(
                "worker", Transport.of(channel), ExecutorConversation.TO_EXECUTOR, ExecutorConversation.FROM_EXECUTOR);
        ItemQueue queue = new ItemQueue();
        Runner.Line line = lineOf(connection);
        TaskOutput out = new TaskOutput(false, System.out, line);
        TaskOutput err = new TaskOutput(true, System.err, line);
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        Runner runner = new Runner(queue, current, new Runner.Streams(out, err), line);
        connection.start(new Connection.Listener<>() {
            @Override
            public void received(ToExecutor message) {
                receive(message, queue, runner, connection);
            }

            @Override
            public void closed(String reason) {
                endProcessGroup();
            }
        });
        connection.send(new FromExecutor.Ready(ProcessHandle.current().pid()));
        runOrDie(runner);
        current.ending();
        connection.end();
        // Closing answers with the end of the stream, and `closed` then ends this process.
    }

    /** Nothing that a task does comes out of it; when memory runs out between two items, anything may. */
    private static void runOrDie(Runner runner) {
        try {
            runner.run();
        } catch (RuntimeException | Error e) {
            System.err.println("The executor cannot go on: " + e);
            endProcessGroup();
        }
    }

    private static void receive(
            ToExecutor message, ItemQueue queue, Runner runner, Connection<ToExecutor, FromExecutor> connection) {
        if (message instanceof ToExecutor.Open open) {
            runner.open(open);
        } else if (message instanceof ToExecutor.Batch batch) {
            queue.add(new ItemQueue.Batch(batch));
        } else if (message instanceof ToExecutor.TakeBack takeBack) {
            report(queue.takeBack(takeBack.number()), connection);
            connection.send(new FromExecutor.AllTakenBack(takeBack.number()));
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            report(queue.interrupt(interrupt.job()), connection);
        } else if (message instanceof ToExecutor.InterruptItem interrupt) {
            queue.interrupt(interrupt.job(), interrupt.index());
        } else if (message instanceof ToExecutor.Close close) {
            runner.close(close.job());
        } else {
            queue.end();
        }
    }

    private static void report(List<ItemQueue.GivenBack> back, Connection<ToExecutor, FromExecutor> connection) {
        for (ItemQueue.GivenBack batch : back) {
            connection.send(new FromExecutor.TakenBack(batch.number(), batch.from()));
        }
    }

    private static Runner.Line lineOf(Connection<ToExecutor, FromExecutor> connection) {
        return new Runner.Line() {
            /** Waits while much is still to be written, so that a task that floods is slowed, not this process killed. */
            @Override
            public void accept(FromExecutor message) {
                connection.send(message);
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
        };
    }

    /**
     * The worker is gone, or has said that this is over. Exit hooks are user code and might never return, hence the
     * signal: to the group that this process leads, if it leads one.
     */
    private static void endProcessGroup() {
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
}
