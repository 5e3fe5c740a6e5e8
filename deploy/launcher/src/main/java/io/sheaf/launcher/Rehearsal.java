package io.sheaf.launcher;

import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.home.WorkerSetup;
import io.sheaf.launcher.local.LocalNode;
import io.sheaf.launcher.settings.Settings;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.SocketDirectory;
import io.sheaf.protocol.wire.Transport;
import io.sheaf.worker.process.ClassData;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * A main that does what private nodes, coordinators and workers do at first, for itself alone, so that the JVM can write
 * down which classes that takes. Fails when any of it does.
 */
final class Rehearsal {
    private static final long LONGEST_SECONDS = 60;
    private static final int ITEMS = 3;

    private Rehearsal() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) throws Exception {
        Path directory = SocketDirectory.create();
        try {
            rehearseNode(directory);
            rehearseCluster(directory.resolve("cluster"));
        } finally {
            SocketDirectory.delete(directory);
        }
        System.exit(0);
    }

    private static void rehearseNode(Path directory) throws Exception {
        Path socket = directory.resolve("node");
        WorkerSetup setup = new WorkerSetup(
                1,
                1,
                Home.find().executorClassPath(),
                ClassData.none(),
                Home.hostName(),
                Home.version(),
                List.of(),
                true);
        LocalNode node = new LocalNode(setup, Home.version(), socket, directory);
        work(UnixDomainSocketAddress.of(socket));
        node.close();
    }

    private static void rehearseCluster(Path data) throws Exception {
        new CommandLine(new WorkerCommand()).parseArgs("--slots", "1");
        List<Integer> ports = freePorts(3);
        Map<String, String> flags = new HashMap<>();
        flags.put("sheaf.data-dir", data.toString());
        flags.put("sheaf.class-data", "false");
        flags.put("sheaf.coordinator.http-port", ports.get(0).toString());
        flags.put("sheaf.coordinator.session-port", ports.get(1).toString());
        flags.put("sheaf.coordinator.akka-port", ports.get(2).toString());
        flags.put("sheaf.worker.join", "127.0.0.1:" + ports.get(2));
        flags.put("sheaf.worker.slots", "1");
        Settings settings = Settings.read(Optional.empty(), Map.of(), flags);
        CoordinatorProcess coordinator = new CoordinatorProcess(settings, Rehearsal::fail);
        try (WorkerProcess worker = new WorkerProcess(settings, reason -> fail())) {
            URI info = URI.create("http://127.0.0.1:" + ports.get(0) + "/api/v1/info");
            try (InputStream answer = info.toURL().openStream()) {
                answer.readAllBytes();
            }
            work(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(1)));
            worker.leave();
        }
        coordinator.close();
    }

    private static void fail() {
        Runtime.getRuntime().halt(1);
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** As a client: calls a function, and runs a command. */
    private static void work(SocketAddress address) throws Exception {
        Visitor visitor = new Visitor(Transport.of(SocketChannel.open(address)));
        visitor.say(new FromClient.Hello(ClientConversation.VERSION, ""));
        visitor.welcome.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        visitor.run(new Work.Named("java.lang.Math", Optional.of("sqrt")), new Source.Range(1, ITEMS));
        visitor.run(new Work.Command(List.of("true"), List.of(), Optional.empty()), new Source.Streamed());
        visitor.connection.close();
    }

    /** A client that sees one job to its end, and then the next. */
    private static final class Visitor implements Connection.Listener<ToClient> {
        final Connection<ToClient, FromClient> connection;
        final CompletableFuture<Void> welcome = new CompletableFuture<>();
        private volatile CompletableFuture<JobId> accepted = new CompletableFuture<>();
        private volatile CompletableFuture<Void> ended = new CompletableFuture<>();

        Visitor(Transport transport) throws IOException {
            Preface.CLIENT.write(transport);
            connection = new Connection<>(
                    "rehearsal", transport, ClientConversation.TO_CLIENT, ClientConversation.FROM_CLIENT);
            connection.start(this);
        }

        void say(FromClient message) {
            connection.send(message);
        }

        void run(Work work, Source source) throws Exception {
            accepted = new CompletableFuture<>();
            ended = new CompletableFuture<>();
            JobSpec spec = new JobSpec(
                    "rehearsal",
                    work,
                    source,
                    new Bundle(List.of()),
                    ResultForm.TEXT,
                    Policy.defaults(),
                    Optional.empty(),
                    true,
                    false);
            say(new FromClient.Submit(1, spec));
            JobId job = accepted.get(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (source instanceof Source.Streamed) {
                say(new FromClient.Items(job, Segment.ofLongs(0, ITEMS, 0)));
                say(new FromClient.ItemsEnded(job, ITEMS));
            }
            ended.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public void received(ToClient message) {
            if (message instanceof ToClient.Welcome) {
                welcome.complete(null);
            } else if (message instanceof ToClient.Accepted accept) {
                accepted.complete(accept.job());
            } else if (message instanceof ToClient.Ended) {
                ended.complete(null);
            } else if (message instanceof ToClient.RequestFailed
                    || message instanceof ToClient.Refused
                    || message instanceof ToClient.Failed) {
                closed(message.toString());
            }
        }

        @Override
        public void closed(String reason) {
            IOException trouble = new IOException(reason);
            welcome.completeExceptionally(trouble);
            accepted.completeExceptionally(trouble);
            ended.completeExceptionally(trouble);
        }
    }
}
