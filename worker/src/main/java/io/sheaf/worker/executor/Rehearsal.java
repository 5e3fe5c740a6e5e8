package io.sheaf.worker.executor;

import io.sheaf.RemoteFunction;
import io.sheaf.protocol.ExecutorConversation;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.FromLane;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.ExecutorConversation.ToLane;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A main that does what executors do when they begin, so that the JVM can write down at its end which classes that takes.
 * It is worker and executor in one, and ends after one item of each sort, or when its standard input does: whoever wanted
 * it is gone then.
 */
public final class Rehearsal {
    private static final long DEADLINE_SECONDS = 60;
    private static final JobToken NO_TOKEN = new JobToken("");

    private Rehearsal() {}

    /** Takes one argument, a directory of this user for sockets. */
    public static void main(String[] arguments) throws Exception {
        daemon(Rehearsal::haltAtEndOfInput).start();
        CountDownLatch done = new CountDownLatch(2);
        for (int lanes = 1; lanes <= 2; lanes++) {
            Path socket = Path.of(arguments[0]).resolve("r" + lanes);
            rehearse(socket, lanes, done);
        }
        boolean complete = done.await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        // The connections stay open: their ends would end this process without another word.
        System.exit(complete ? 0 : 1);
    }

    private static void rehearse(Path socket, int lanes, CountDownLatch done) throws IOException {
        Path current = socket.resolveSibling(socket.getFileName() + ".now");
        CurrentItemFile.create(current, lanes);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            daemon(() -> act(socket.toString(), current.toString(), Integer.toString(lanes)))
                    .start();
            Connection<FromLane, ToLane> connection = new Connection<>(
                    "rehearsal",
                    Transport.of(server.accept()),
                    ExecutorConversation.FROM_EXECUTOR,
                    ExecutorConversation.TO_EXECUTOR);
            connection.start(new Connection.Listener<>() {
                private int results;

                @Override
                public void received(FromLane said) {
                    if (said.message() instanceof FromExecutor.Finished finished) {
                        results += finished.results().count();
                        if (results == ResultForm.values().length + 1) {
                            done.countDown();
                        }
                    }
                }

                @Override
                public void closed(String reason) {
                    Runtime.getRuntime().halt(1);
                }
            });
            connection.send(new ToLane(0, new ToExecutor.Begin()));
            direct(connection);
        }
    }

    /** One item of a named function for each form of results, and one of a function that came in Java serialization. */
    private static void direct(Connection<FromLane, ToLane> connection) throws IOException {
        long number = 1;
        for (ResultForm form : ResultForm.values()) {
            Work named = new Work.Named(Rehearsal.class.getName(), Optional.of("say"));
            give(connection, number++, named, form);
        }
        RemoteFunction<Long, Long> function = item -> item + 1;
        give(connection, number, new Work.Closure(JavaSerialization.write(function)), ResultForm.OBJECT);
    }

    private static void give(Connection<FromLane, ToLane> connection, long number, Work work, ResultForm form) {
        JobId job = new JobId(number);
        WorkerId worker = new WorkerId("rehearsal");
        connection.send(new ToLane(0, new ToExecutor.Open(job, work, Optional.empty(), form, worker, NO_TOKEN)));
        connection.send(new ToLane(0, new ToExecutor.Batch(number, job, Segment.ofLongs(0, 1, number), List.of())));
    }

    /** The named function. */
    static String say(long item) {
        System.out.println(item);
        return "item " + item;
    }

    private static void act(String... arguments) {
        try {
            ExecutorMain.main(arguments);
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever said there.
            }
        } catch (IOException e) {
            // No different from the end.
        }
        Runtime.getRuntime().halt(1);
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "rehearsal");
        thread.setDaemon(true);
        return thread;
    }
}
