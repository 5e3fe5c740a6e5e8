package io.sheaf.cli;

import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.Session;
import io.sheaf.client.session.SocketSession;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A main that does what the command line does most, and says nothing, so that the JVM can write down at its end which
 * classes that takes. What it asks it answers itself.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        Console nowhere = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false);
        Connector pretending = new Connector() {
            @Override
            public Session connect(CoordinatorAddress address) {
                return pretend();
            }

            @Override
            public Session local(int processes) {
                return pretend();
            }
        };
        CliMain.run(nowhere, pretending, "version");
        CliMain.run(nowhere, pretending, "jobs");
        CliMain.run(nowhere, pretending, "jobs", "--json");
        // Nobody listens there; what it takes to find that out is most of what it takes to find somebody.
        CliMain.run(nowhere, Connector.real(), "jobs", "--cluster", "http://127.0.0.1:1");
        System.exit(0);
    }

    private static Session pretend() {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel channel = SocketChannel.open(server.getLocalAddress());
            answer(server.accept());
            return SocketSession.open("rehearsal", Transport.of(channel), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(SocketChannel accepted) throws IOException {
        Connection<FromClient, ToClient> connection = new Connection<>(
                "rehearsal", Transport.of(accepted), ClientConversation.FROM_CLIENT, ClientConversation.TO_CLIENT);
        connection.start(new Connection.Listener<>() {
            @Override
            public void received(FromClient message) {
                if (message instanceof FromClient.Hello) {
                    connection.send(new ToClient.Welcome("", 1));
                } else if (message instanceof FromClient.ListJobs question) {
                    connection.send(new ToClient.Jobs(question.request(), List.of(job())));
                }
            }

            @Override
            public void closed(String reason) {
                connection.close();
            }
        });
    }

    private static JobStatus job() {
        OptionalLong some = OptionalLong.of(1);
        return new JobStatus(
                new JobId(1), "primes", JobState.SUCCEEDED, some, 1, 0, 0, 0, 0, 1, some, Optional.empty());
    }
}
