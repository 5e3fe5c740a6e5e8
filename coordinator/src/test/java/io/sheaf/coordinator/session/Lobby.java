package io.sheaf.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session server with the token "secret", what it tells of its clients, and clients that knock. */
final class Lobby implements AutoCloseable {
    /** Of a task of job 7. */
    static final String TASK_TOKEN = JobToken.PREFIX + "7";

    private final ClientLog log = new ClientLog();
    final BlockingQueue<Object> events = log.events;
    private final List<Transport> clients = new ArrayList<>();
    private final SessionServer server;
    private final SocketAddress address;

    /** One that listens where it is told, or on some port when that is 0. */
    Lobby(SocketAddress wanted, CodeStore code, Duration patience) throws IOException {
        this.server = new SessionServer(
                wanted,
                new SessionServer.Admission(new Credentials(Optional.of("secret")), Optional.empty()),
                log,
                code,
                transport -> events.add(transport),
                patience);
        this.address = wanted instanceof java.net.InetSocketAddress tcp
                ? new java.net.InetSocketAddress(tcp.getAddress(), server.port())
                : wanted;
    }

    /** A client and what it was told. */
    record Client(Connection<ToClient, FromClient> connection, BlockingQueue<Object> heard) implements AutoCloseable {
        /** One that has said nothing yet. */
        static Client over(Transport transport) {
            return over(transport, new LinkedBlockingQueue<>());
        }

        static Client over(Transport transport, BlockingQueue<Object> heard) {
            Connection<ToClient, FromClient> connection =
                    new Connection<>("client", transport, ClientConversation.TO_CLIENT, ClientConversation.FROM_CLIENT);
            connection.start(new Connection.Listener<>() {
                @Override
                public void received(ToClient message) {
                    heard.add(message);
                }

                @Override
                public void closed(String reason) {
                    heard.add("closed");
                }
            });
            return new Client(connection, heard);
        }

        void send(FromClient message) {
            connection.send(message);
        }

        Object next() throws InterruptedException {
            return soon(heard);
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    Transport knock() throws IOException {
        Transport transport = Transport.of(SocketChannel.open(address));
        clients.add(transport);
        return transport;
    }

    Client hello(String token) throws IOException {
        Client client = silent();
        client.send(new FromClient.Hello(ClientConversation.VERSION, token));
        return client;
    }

    /** One that has been let in, whose events so far have been taken. */
    Client guest() throws Exception {
        Client client = hello("secret");
        assertThat(soon(events)).isEqualTo("opened");
        assertThat(client.next()).isInstanceOf(ToClient.Welcome.class);
        return client;
    }

    /** One that has said no more than that it is a client. */
    Client silent() throws IOException {
        Transport transport = knock();
        Preface.CLIENT.write(transport);
        return Client.over(transport);
    }

    static Object soon(BlockingQueue<Object> queue) throws InterruptedException {
        Object found = queue.poll(20, TimeUnit.SECONDS);
        assertThat(found).as("within 20 s").isNotNull();
        return found;
    }

    /** Waits until the server has closed the connection; a reset is as good. */
    static void assertClosed(Transport transport) {
        try {
            assertThat(transport.read(ByteBuffer.allocate(100))).isNegative();
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    static CodeFile file(byte[] content) {
        MessageDigest digest = CodeId.newDigest();
        digest.update(content);
        return new CodeFile(CodeId.of(digest), "a.jar", content.length, "/nowhere/a.jar");
    }

    static FromClient.Submit submit(long request, CodeFile... files) {
        return new FromClient.Submit(
                request,
                new JobSpec(
                        "",
                        new Work.Calls(),
                        new Source.Streamed(),
                        new Bundle(List.of(files)),
                        ResultForm.OBJECT,
                        Policy.defaults(),
                        Optional.empty(),
                        true,
                        false));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Transport client : clients) {
            client.close();
        }
    }
}
