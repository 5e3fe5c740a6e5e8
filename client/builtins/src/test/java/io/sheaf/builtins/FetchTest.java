package io.sheaf.builtins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sheaf.builtins.Fetch.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FetchTest {

    /** The digest of no bytes, as FIPS 180-4's test vectors give it; the next one is that of "abc". */
    private static final String SHA_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private static final String SHA_OF_A_MILLION_A = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/abc", exchange -> answer(exchange, 200, "abc"));
        server.createContext("/empty", exchange -> answer(exchange, 200, ""));
        server.createContext("/missing", exchange -> answer(exchange, 404, "abc"));
        server.createContext("/broken", exchange -> answer(exchange, 503, ""));
        server.createContext("/million", exchange -> answer(exchange, 200, "a".repeat(1_000_000)));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/abc");
            answer(exchange, 302, "gone elsewhere");
        });
        server.createContext("/circle", exchange -> {
            exchange.getResponseHeaders().add("Location", "/circle");
            answer(exchange, 302, "");
        });
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void await() {
        try {
            assertThat(end.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private Answer fetch(String path) throws Exception {
        return new Fetch().apply(uri(path));
    }

    @Test
    void anAnswerHasStatusLengthAndDigestOfItsBody() throws Exception {
        Answer answer = fetch("/abc");
        assertThat(answer.uri()).isEqualTo(uri("/abc").toString());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bytes()).isEqualTo(3);
        assertThat(answer.sha256()).isEqualTo(SHA_OF_ABC);
        assertThat(answer.millis()).isBetween(0L, 60_000L);
    }

    @Test
    void bodiesMayBeEmptyOrLarge() throws Exception {
        assertThat(fetch("/empty").bytes()).isZero();
        assertThat(fetch("/empty").sha256()).isEqualTo(SHA_OF_NOTHING);
        assertThat(fetch("/million").bytes()).isEqualTo(1_000_000);
        assertThat(fetch("/million").sha256()).isEqualTo(SHA_OF_A_MILLION_A);
    }

    @Test
    void anErrorStatusIsAResult() throws Exception {
        assertThat(fetch("/missing").status()).isEqualTo(404);
        assertThat(fetch("/missing").sha256()).isEqualTo(SHA_OF_ABC);
        assertThat(fetch("/broken").status()).isEqualTo(503);
    }

    @Test
    void redirectsAreFollowedButNotForever() throws Exception {
        Answer answer = fetch("/moved");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.sha256()).isEqualTo(SHA_OF_ABC);
        assertThat(answer.uri()).isEqualTo(uri("/moved").toString());
        assertThat(fetch("/circle").status()).isEqualTo(302);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://example.org/x", "file:///etc/hosts", "mailto:a@example.org", "/relative", "x", "http:///x"
            })
    void whatIsNoHttpUriIsRefusedInWordsThatSayWhatToGive(String uri) {
        assertThatThrownBy(() -> new Fetch().apply(URI.create(uri)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Cannot fetch '" + uri + "': ")
                .hasMessageEndingWith("Give an absolute URI such as https://example.org/page.");
    }

    @Test
    void aRefusedConnectionNamesTheAddress() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        URI uri = URI.create("http://127.0.0.1:" + port + "/");
        assertThatThrownBy(() -> new Fetch().apply(uri))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("GET " + uri + ": no connection to 127.0.0.1:" + port);
    }

    @Test
    void anUnknownHostIsNamed() {
        assertThatThrownBy(() -> new Fetch().apply(URI.create("http://no-such-host.invalid/")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("GET http://no-such-host.invalid/: unknown host 'no-such-host.invalid'");
    }

    @Test
    void aConnectionThatBreaksOffIsAFailure() {
        server.createContext("/cut", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            throw new IOException("cut");
        });
        assertThatThrownBy(() -> fetch("/cut"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("GET " + uri("/cut"));
    }

    @Test
    void aSilentServerIsGivenUpBeforeAndWithinTheBody() {
        server.createContext("/silent", exchange -> await());
        server.createContext("/stalled", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            await();
        });
        Fetch impatient = new Fetch(Duration.ofMillis(200));
        for (String path : List.of("/silent", "/stalled")) {
            assertThatThrownBy(() -> impatient.apply(uri(path)))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessageStartingWith("GET " + uri(path) + ": the server sent nothing for 200 ms");
        }
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        server.createContext("/wait", exchange -> {
            asked.countDown();
            await();
        });
        CountDownLatch interrupted = new CountDownLatch(1);
        Future<?> running = threads.submit(() -> {
            try {
                fetch("/wait");
            } catch (InterruptedException expected) {
                interrupted.countDown();
            }
            return null;
        });
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        running.cancel(true);
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void manyThreadsShareOneFunction() throws Exception {
        Fetch fetch = new Fetch();
        List<Future<Answer>> answers = IntStream.range(0, 64)
                .mapToObj(i -> threads.submit(() -> fetch.apply(uri("/million"))))
                .toList();
        for (Future<Answer> answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS).sha256()).isEqualTo(SHA_OF_A_MILLION_A);
        }
    }
}
