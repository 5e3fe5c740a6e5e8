package io.sheaf.coordinator.session;

import static io.sheaf.coordinator.session.Lobby.assertClosed;
import static io.sheaf.coordinator.session.Lobby.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.session.Lobby.Client;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has not said who it is costs little, for a short time, and learns nothing. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // made before each test
class StrangersTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    private CodeStore code;

    @BeforeEach
    void start() {
        code = new CodeStore(folder.resolve("code"), false);
    }

    @AfterEach
    void stop() {
        code.close();
    }

    private Lobby lobby(Duration patience) throws Exception {
        return new Lobby(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), code, patience);
    }

    @Test
    void silenceEndsTheConnectionBeforeThePrefaceAndAfterIt() throws Exception {
        try (Lobby lobby = lobby(SHORT)) {
            Transport mute = lobby.knock();
            Transport halfPreface = lobby.knock();
            halfPreface.write(ByteBuffer.wrap(new byte[] {'S', 'H'}));
            Client nameless = lobby.silent();
            Transport halfFrame = lobby.knock();
            Preface.CLIENT.write(halfFrame);
            halfFrame.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 20, 1}));
            assertClosed(mute);
            assertClosed(halfPreface);
            assertThat(nameless.next()).isEqualTo("closed");
            assertClosed(halfFrame);
            assertThat(lobby.events).isEmpty();
        }
    }

    @Test
    void whoHasSaidWhoItIsMayBeSilent() throws Exception {
        try (Lobby lobby = lobby(SHORT)) {
            Client guest = lobby.guest();
            assertThat(lobby.silent().next()).isEqualTo("closed");
            guest.send(new FromClient.ListJobs(7));
            assertThat(soon(lobby.events)).isEqualTo(new FromClient.ListJobs(7));
        }
    }

    @Test
    void aFrameThatIsTooLargeForAStrangerIsNotRead() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            Transport stranger = lobby.knock();
            Preface.CLIENT.write(stranger);
            stranger.write(ByteBuffer.allocate(4)
                    .putInt(Connection.FRAME_LIMIT_OF_STRANGERS + 1)
                    .flip());
            assertClosed(stranger);
            String longToken = "x".repeat(Connection.FRAME_LIMIT_OF_STRANGERS);
            assertThat(lobby.hello(longToken).next()).isEqualTo("closed");
            assertThat(lobby.events).isEmpty();
        }
    }

    @Test
    void noiseIsTurnedAwayAndTheNextGuestIsWelcome() throws Exception {
        Random random = new Random(17);
        try (Lobby lobby = lobby(LONG)) {
            for (int round = 0; round < 50; round++) {
                byte[] noise = new byte[4 + random.nextInt(100)];
                random.nextBytes(noise);
                Transport stranger = lobby.knock();
                stranger.write(ByteBuffer.wrap(noise));
                assertClosed(stranger);
            }
            Transport browser = lobby.knock();
            browser.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            assertClosed(browser);
            assertThat(lobby.events).isEmpty();
            lobby.guest();
        }
    }

    @Test
    void nothingIsListenedToAfterARefusal() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            Transport guessing = lobby.knock();
            Preface.CLIENT.write(guessing);
            ByteBuffer atOnce = ByteBuffer.allocate(10_000);
            put(atOnce, new FromClient.Hello(ClientConversation.VERSION, "guess"));
            put(atOnce, new FromClient.Hello(ClientConversation.VERSION, "secret"));
            for (int request = 0; request < 100; request++) {
                put(atOnce, new FromClient.ListJobs(request));
            }
            guessing.write(atOnce.flip());
            ByteBuffer answer = ByteBuffer.allocate(1000);
            while (guessing.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            int length = answer.flip().getInt();
            assertThat(length).as("one answer").isEqualTo(answer.remaining());
            ToClient refusal = ClientConversation.TO_CLIENT.fromBytes(Bytes.wrap(answer.array(), 4, length));
            assertThat(((ToClient.Refused) refusal).problem()).isEqualTo(Problem.NOT_AUTHENTICATED);
            assertThat(lobby.events).isEmpty();
        }
    }

    private static void put(ByteBuffer frames, FromClient message) {
        byte[] frame = ClientConversation.FROM_CLIENT.toBytes(message).copy();
        frames.putInt(frame.length).put(frame);
    }

    @Test
    void whoeverDoesNotBeginWithHelloIsRefused() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            Client impolite = lobby.silent();
            impolite.send(new FromClient.ListJobs(1));
            assertThat(((ToClient.Refused) impolite.next()).problem()).isEqualTo(Problem.REJECTED);
            assertThat(impolite.next()).isEqualTo("closed");
            assertThat(lobby.events).isEmpty();
        }
    }

    @Test
    void aRefusalOfAnotherVersionNamesBoth() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            Client old = lobby.silent();
            old.send(new FromClient.Hello(ClientConversation.VERSION + 41, "secret"));
            ToClient.Refused refused = (ToClient.Refused) old.next();
            assertThat(refused.problem()).isEqualTo(Problem.VERSION);
            assertThat(refused.message())
                    .contains("version " + (ClientConversation.VERSION + 41), "version " + ClientConversation.VERSION)
                    .contains("same release");
        }
    }

    @Test
    void onlySoManyStrangersAreInAtATimeAndGuestsAreNotAmongThem() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            Client guest = lobby.guest();
            List<Client> nameless = new ArrayList<>();
            for (int i = 0; i < 256; i++) {
                nameless.add(lobby.silent());
            }
            assertClosed(lobby.knock());
            guest.send(new FromClient.ListJobs(1));
            assertThat(soon(lobby.events)).isEqualTo(new FromClient.ListJobs(1));
            nameless.get(0).send(new FromClient.Hello(ClientConversation.VERSION, "secret"));
            assertThat(soon(lobby.events)).isEqualTo("opened");
            assertThat(nameless.get(0).next()).isInstanceOf(ToClient.Welcome.class);
            lobby.guest();
            nameless.get(1).send(new FromClient.Hello(ClientConversation.VERSION, "guess"));
            assertThat(nameless.get(1).next()).isInstanceOf(ToClient.Refused.class);
        }
    }

    @Test
    void workersAreHandedOverAndNoStrangersAnyMore() throws Exception {
        try (Lobby lobby = lobby(SHORT)) {
            for (int i = 0; i < 300; i++) {
                Transport worker = lobby.knock();
                Preface.WORKER_DATA.write(worker);
                assertThat(soon(lobby.events)).isInstanceOf(Transport.class);
            }
            lobby.guest();
        }
    }

    @Test
    void aTaskIsLetInWithTheTokenOfItsJobAndKnownAsOne() throws Exception {
        try (Lobby lobby = lobby(LONG)) {
            assertThat(lobby.hello(Lobby.TASK_TOKEN).next()).isInstanceOf(ToClient.Welcome.class);
            assertThat(soon(lobby.events)).isEqualTo("opened within 7");
            assertThat(lobby.hello(Lobby.TASK_TOKEN + "0").next()).isInstanceOf(ToClient.Refused.class);
        }
    }

    @Test
    void theSameHoldsOnAUnixDomainSocket() throws Exception {
        SocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (Lobby lobby = new Lobby(address, code, LONG)) {
            Client guest = lobby.guest();
            guest.close();
            assertThat(soon(lobby.events)).isEqualTo("closed");
            assertThat(lobby.hello("guess").next()).isInstanceOf(ToClient.Refused.class);
        }
    }
}
