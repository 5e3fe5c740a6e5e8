package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SessionsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private HttpServer http;
    private FakeNode node;
    private volatile int status = 200;
    private volatile String body = "";

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.listening(new InetSocketAddress(LOOPBACK, 0), 5, "secret");
        http = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        http.createContext("/api/v1/info", exchange -> {
            boolean let = "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(let ? status : 401, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        http.start();
        body = "{\"version\":\"0.1.0\", \"session\" : \"127.0.0.1:" + ((InetSocketAddress) node.address()).getPort()
                + "\"}";
    }

    @AfterEach
    void stop() throws IOException {
        http.stop(0);
        node.close();
    }

    @Test
    void theSessionIsOpenedWhereTheCoordinatorSays() {
        try (Session session = Sessions.connect(address(), "secret")) {
            assertThat(session.slots()).isEqualTo(5);
        }
    }

    @Test
    void withoutTheRightTokenNobodyIsLetIn() {
        assertThatThrownBy(() -> Sessions.connect(address(), "guess"))
                .isInstanceOfSatisfying(
                        RequestFailedException.class,
                        e -> assertThat(e.problem()).isEqualTo(Problem.NOT_AUTHENTICATED))
                .hasMessageContaining("SHEAF_TOKEN");
    }

    @Test
    void whereNobodyListensTheMessageSaysWhatToStart() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> Sessions.connect(new CoordinatorAddress(false, "127.0.0.1", free), ""))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("http://127.0.0.1:" + free)
                .hasMessageContaining("sheaf coordinator");
    }

    @Test
    void whatIsNoCoordinatorIsToldApart() {
        body = "<html>Welcome</html>";

        assertThatThrownBy(() -> Sessions.connect(address(), "secret"))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("no coordinator");
    }

    @Test
    void aSessionAddressThatMakesNoSenseIsNoCoordinator() {
        body = "{\"session\":\"127.0.0.1:999999\"}";

        assertThatThrownBy(() -> Sessions.connect(address(), "secret")).isInstanceOf(ClusterUnreachableException.class);
    }

    @Test
    void aSessionHostThatCannotBeFoundIsSaid() {
        body = "{\"session\":\"no.such.host.invalid:8521\"}";

        assertThatThrownBy(() -> Sessions.connect(address(), "secret"))
                .isInstanceOf(ClusterUnreachableException.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @Test
    void addressesAreReadWithTheirDefaults() {
        assertThat(CoordinatorAddress.parse("http://head")).hasToString("http://head:8520");
        assertThat(CoordinatorAddress.parse("head:99")).hasToString("http://head:99");
        assertThat(CoordinatorAddress.parse("https://[::1]:7")).hasToString("https://[::1]:7");
        assertThatThrownBy(() -> CoordinatorAddress.parse("ftp://head"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://HOST");
        assertThatThrownBy(() -> CoordinatorAddress.parse("http://")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofSeveralCoordinatorsTheOneAtWorkIsFound() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            closed = socket.getLocalPort();
        }
        // Takes connections and says nothing, as a process that was stopped does.
        try (ServerSocket frozen = new ServerSocket(0, 10, LOOPBACK)) {
            CoordinatorAddress several = CoordinatorAddress.parse(
                    "127.0.0.1:" + closed + ", 127.0.0.1:" + frozen.getLocalPort() + "," + address());
            assertThat(several)
                    .hasToString("http://127.0.0.1:" + closed + ",http://127.0.0.1:" + frozen.getLocalPort() + ","
                            + address());
            try (Session session = Sessions.connect(several, "secret")) {
                assertThat(session.slots()).isEqualTo(5);
            }
            assertThatThrownBy(() -> Sessions.connect(several, "guess")).isInstanceOf(RequestFailedException.class);
        }
    }

    private CoordinatorAddress address() {
        return new CoordinatorAddress(false, "127.0.0.1", http.getAddress().getPort());
    }
}
