package io.sheaf.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.wire.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose network swallows everything must not keep its jobs running. */
@Timeout(60)
class SilentClientTest {
    private static final int LOOKS = 6;

    @TempDir
    Path directory;

    private final ClientLog log = new ClientLog();
    private ServerSocketChannel server;
    private Lobby.Client client;
    private Session session;
    private CodeStore code;

    @BeforeEach
    void open() throws Exception {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = Lobby.Client.over(Transport.of(SocketChannel.open(server.getLocalAddress())));
        code = new CodeStore(directory, false);
        session = new Session(Transport.of(server.accept()), new Credentials(Optional.empty()), log, code, () -> {});
        session.start(() -> log.events.add("over"));
        client.send(new FromClient.Hello(ClientConversation.VERSION, ""));
        assertThat(Lobby.soon(log.events)).isEqualTo("opened");
        assertThat(client.next()).isInstanceOf(ToClient.Welcome.class);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
        code.close();
    }

    @Test
    void aClientThatIsNotHeardOfForSoManyLooksIsGone() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        // The first ones may still see what the client has said.
        for (int i = 0; i < LOOKS || (log.events.isEmpty() && System.nanoTime() < deadline); i++) {
            session.look(LOOKS);
        }

        assertThat(Lobby.soon(log.events)).isEqualTo("over");
        assertThat(Lobby.soon(log.events)).isEqualTo("closed");
    }

    @Test
    void aClientThatAsksWhetherSomebodyIsThereIsAnsweredAndKept() throws Exception {
        for (int i = 0; i < 3 * LOOKS; i++) {
            client.send(new FromClient.Ping());
            assertThat(client.next()).isEqualTo(new ToClient.Pong());
            session.look(LOOKS);
        }

        assertThat(log.events).isEmpty();
    }
}
