package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HeartbeatTest {
    private static final long PERIOD_MILLIS = 50;

    @Test
    void aPeerThatSwallowsEverythingIsGivenUp() throws Exception {
        try (ServerSocketChannel server = listen();
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel peer = server.accept()) {
            assertThat(peer.isOpen()).isTrue();
            CompletableFuture<String> closed = new CompletableFuture<>();
            Connection<ToClient, FromClient> connection = connection(client);
            connection.start(new Ears<>(closed, () -> {}));
            new Heartbeat(connection, PERIOD_MILLIS).start(Optional::empty);

            assertThat(closed.get(10, TimeUnit.SECONDS)).contains("nothing was heard");
        }
    }

    @Test
    void aPeerThatIsSilentWhileAnotherIsAtWorkIsGivenUpSooner() throws Exception {
        try (ServerSocketChannel server = listen();
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel peer = server.accept()) {
            assertThat(peer.isOpen()).isTrue();
            CompletableFuture<String> closed = new CompletableFuture<>();
            Connection<ToClient, FromClient> connection = connection(client);
            connection.start(new Ears<>(closed, () -> {}));
            long began = System.nanoTime();
            new Heartbeat(connection, 500).start(() -> Optional.of("another"));

            assertThat(closed.get(10, TimeUnit.SECONDS)).contains("nothing was heard", "another is at work");
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(4));
        }
    }

    @Test
    void aPeerThatAnswersIsKeptAndAListenerThatIsSlowIsNoSilence() throws Exception {
        try (ServerSocketChannel server = listen();
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            Connection<FromClient, ToClient> peer = new Connection<>(
                    "peer", Transport.of(accepted), ClientConversation.FROM_CLIENT, ClientConversation.TO_CLIENT);
            CountDownLatch pings = new CountDownLatch(30);
            peer.start(new Ears<>(new CompletableFuture<>(), () -> {
                pings.countDown();
                peer.send(new ToClient.Pong());
            }));
            CompletableFuture<String> closed = new CompletableFuture<>();
            CountDownLatch slow = new CountDownLatch(1);
            Connection<ToClient, FromClient> connection = connection(client);
            connection.start(new Ears<>(closed, () -> awaitQuietly(slow)));
            Heartbeat heartbeat = new Heartbeat(connection, PERIOD_MILLIS);
            heartbeat.start(() -> Optional.of("another"));

            assertThat(pings.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(closed).isNotDone();
            heartbeat.stop();
            slow.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ServerSocketChannel listen() throws Exception {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static Connection<ToClient, FromClient> connection(SocketChannel client) throws IOException {
        return new Connection<>(
                "client", Transport.of(client), ClientConversation.TO_CLIENT, ClientConversation.FROM_CLIENT);
    }

    private record Ears<I>(CompletableFuture<String> over, Runnable heard) implements Connection.Listener<I> {
        @Override
        public void received(I message) {
            heard.run();
        }

        @Override
        public void closed(String reason) {
            over.complete(reason);
        }
    }
}
