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
import java.util.ArrayList;
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
            messages().forEach(message -> connection.send(new ToLane(0, message)));
        }
    }

    /**
     * In an executor that waits for its worker to say for whom it is: the same, without another process, so that it has
     * loaded what a first item takes.
     */
    static void alone(CurrentItemFile current, Path cluster) throws IOException {
        ItemQueue queue = new ItemQueue();
        Commons commons = new Commons(cluster);
        Runner.Line line = new Unheard();
        TaskOutput out = new TaskOutput(false, System.out, line);
        TaskOutput err = new TaskOutput(true, System.err, line);
        Runner runner = new Runner(queue, current.lane(0), new Runner.Streams(out, err), line, commons);
        Inlet inlet = new Inlet(queue, commons, line);
        inlet.receive(copy(new ToExecutor.Load(List.of())));
        inlet.receive(copy(new ToExecutor.Begin()));
        for (ToExecutor message : messages()) {
            inlet.receive(copy(message));
            for (ItemQueue.Claim claim = queue.poll(); claim != null; claim = queue.poll()) {
                runner.run(claim);
            }
            runner.rest();
        }
    }

    private static ToExecutor copy(ToExecutor message) throws IOException {
        return ExecutorConversation.TO_EXECUTOR
                .fromBytes(ExecutorConversation.TO_EXECUTOR.toBytes(new ToLane(0, message)))
                .message();
    }

    /** What is said is written, and reaches nobody. */
    private static final class Unheard implements Runner.Line {
        @Override
        public void accept(FromExecutor message) {
            ExecutorConversation.FROM_EXECUTOR.toBytes(new FromLane(0, message));
        }

        @Override
        public void awaitSent() {}

        @Override
        public void die() {
            ExecutorMain.endProcessGroup();
        }
    }

    /** One item of a named function for each form of results, and one of a function that came in Java serialization. */
    private static List<ToExecutor> messages() throws IOException {
        List<ToExecutor> messages = new ArrayList<>();
        long number = 1;
        for (ResultForm form : ResultForm.values()) {
            Work named = new Work.Named(Rehearsal.class.getName(), Optional.of("say"));
            messages.addAll(item(number++, named, form));
        }
        RemoteFunction<Long, Long> function = item -> item + 1;
        messages.addAll(item(number, new Work.Closure(JavaSerialization.write(function)), ResultForm.OBJECT));
        return messages;
    }

    private static List<ToExecutor> item(long number, Work work, ResultForm form) {
        JobId job = new JobId(number);
        WorkerId worker = new WorkerId("rehearsal");
        return List.of(
                new ToExecutor.Open(job, work, Optional.empty(), form, worker, NO_TOKEN),
                new ToExecutor.Batch(number, job, Segment.ofLongs(0, 1, number), List.of()));
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
