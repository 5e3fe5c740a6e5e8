package io.sheaf.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.coordinator.dispatch.ClientPort;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose network swallows everything must not keep its jobs running. */
@Timeout(60)
class SilentClientTest implements ClientEvents, Connection.Listener<ToClient> {
    private static final int LOOKS = 6;

    @TempDir
    Path directory;

    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private ServerSocketChannel server;
    private Connection<ToClient, FromClient> client;
    private Session session;
    private CodeStore code;

    @BeforeEach
    void open() throws Exception {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = new Connection<>(
                "client",
                Transport.of(SocketChannel.open(server.getLocalAddress())),
                ClientConversation.TO_CLIENT,
                ClientConversation.FROM_CLIENT);
        client.start(this);
        code = new CodeStore(directory, false);
        session = new Session(Transport.of(server.accept()), new Credentials(Optional.empty()), this, code, () -> {});
        session.start(() -> events.add("over"));
        client.send(new FromClient.Hello(ClientConversation.VERSION, ""));
        assertThat(Lobby.soon(events)).isEqualTo("opened");
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        code.close();
    }

    @Test
    void aClientThatIsNotHeardOfForSixLooksIsGone() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        // The first ones may still see what the client has said.
        for (int i = 0; i < LOOKS || (events.isEmpty() && System.nanoTime() < deadline); i++) {
            session.look();
        }

        assertThat(Lobby.soon(events)).isEqualTo("over");
        assertThat(Lobby.soon(events)).isEqualTo("closed");
    }

    @Test
    void aClientThatAsksWhetherSomebodyIsThereIsAnsweredAndKept() throws Exception {
        for (int i = 0; i < 3 * LOOKS; i++) {
            client.send(new FromClient.Ping());
            assertThat(Lobby.soon(heard)).isEqualTo(new ToClient.Pong());
            session.look();
        }

        assertThat(events).isEmpty();
    }

    @Override
    public void received(ToClient message) {
        heard.add(message);
    }

    @Override
    public void closed(String reason) {
        heard.add(reason);
    }

    @Override
    public Optional<JobId> jobOf(String token) {
        return Optional.empty();
    }

    @Override
    public void opened(ClientPort port, Optional<JobId> within) {
        events.add("opened");
    }

    @Override
    public void received(ClientPort port, FromClient message) {
        events.add(message);
    }

    @Override
    public void slow(ClientPort port) {
        events.add("slow");
    }

    @Override
    public void caughtUp(ClientPort port) {
        events.add("caught up");
    }

    @Override
    public void closed(ClientPort port) {
        events.add("closed");
    }
}
