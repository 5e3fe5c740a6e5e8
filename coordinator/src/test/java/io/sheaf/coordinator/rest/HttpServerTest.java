package io.sheaf.coordinator.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sheaf.coordinator.session.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By plain sockets, because a client library would not send what an attacker sends. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // made before each test
class HttpServerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "Authorization: Bearer secret";

    private HttpServer server;
    private HttpServer open;

    @BeforeEach
    void start() {
        server = server(Optional.of("secret"));
        open = server(Optional.empty());
    }

    private static HttpServer server(Optional<String> token) {
        return new HttpServer(
                "127.0.0.1",
                0,
                new HttpServer.Facts(
                        "1.2.3",
                        0,
                        8521,
                        Set.of("localhost", "127.0.0.1", "[::1]", "sheaf.example"),
                        new Credentials(token),
                        Optional.empty()));
    }

    @AfterEach
    void stop() {
        server.close();
        open.close();
    }

    private record Answer(int status, String head, String body) {
        JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        /** Whether it is a problem document that says so itself. */
        void isProblem(int expected) throws IOException {
            assertThat(status).as(head + body).isEqualTo(expected);
            assertThat(head).containsIgnoringCase("content-type: application/problem+json");
            assertThat(json().get("status").asInt()).isEqualTo(expected);
            assertThat(json().get("title").asText()).isNotBlank();
            assertThat(json().get("detail").asText()).isNotBlank();
        }
    }

    private static Answer ask(HttpServer server, String line, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            String head = line + " HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n";
            for (String header : headers) {
                head += header + "\r\n";
            }
            socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            assertThat(end).as(answer).isPositive();
            return new Answer(
                    Integer.parseInt(answer.split(" ", 3)[1]), answer.substring(0, end), answer.substring(end + 4));
        }
    }

    @Test
    void infoSaysWhereSessionsAre() throws Exception {
        Answer answer = ask(server, "GET /api/v1/info", "Host: sheaf.example:8520", TOKEN);
        assertThat(answer.status).as(answer.body).isEqualTo(200);
        assertThat(answer.head).containsIgnoringCase("content-type: application/json");
        assertThat(answer.json().get("version").asText()).isEqualTo("1.2.3");
        assertThat(answer.json().get("session").asText()).isEqualTo("sheaf.example:8521");
        assertThat(answer.json().get("startedAt").asText()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(ask(server, "GET /api/v1/info", "Host: [::1]:8520", TOKEN)
                        .json()
                        .get("session")
                        .asText())
                .isEqualTo("[::1]:8521");
    }

    @Test
    void withATokenSetEverythingButHealthNeedsIt() throws Exception {
        for (String wrong : new String[] {
            "X: y",
            "Authorization: Bearer guess",
            "Authorization: Bearer ",
            "Authorization: secret",
            "Authorization: Basic secret"
        }) {
            Answer answer = ask(server, "GET /api/v1/info", "Host: localhost", wrong);
            answer.isProblem(401);
            assertThat(answer.head).containsIgnoringCase("www-authenticate: Bearer");
            assertThat(answer.body).doesNotContain("1.2.3", "secret");
        }
        ask(server, "GET /nothing", "Host: localhost").isProblem(401);
        assertThat(ask(server, "GET /health/live", "Host: localhost").status).isEqualTo(200);
        assertThat(ask(server, "GET /health/ready", "Host: localhost").status).isEqualTo(200);
        assertThat(ask(open, "GET /api/v1/info", "Host: localhost").status).isEqualTo(200);
    }

    @Test
    void noWayOfWritingAPathGetsPastTheToken() throws Exception {
        for (String path : new String[] {
            "/health/../api/v1/info",
            "/health/..;/api/v1/info",
            "/health/%2e%2e/api/v1/info",
            "/health/..%2fapi/v1/info",
            "/health/%2e%2e%2fapi/v1/info",
            "/health//../../api/v1/info",
            "//api/v1/info",
            "/api/v1/info;x=/health/",
            "/API/v1/info",
            "/api/v1/info/",
            "http://localhost/api/v1/info",
        }) {
            Answer answer = ask(server, "GET " + path, "Host: localhost");
            assertThat(answer.status).as(path).isGreaterThanOrEqualTo(400);
            assertThat(answer.body).as(path).doesNotContain("8521");
        }
    }

    @Test
    void aNameThatIsNotOursIsNotAnswered() throws Exception {
        for (String host : new String[] {
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:8520",
            "[::2]",
            "",
            ":8520",
        }) {
            Answer answer = ask(open, "GET /api/v1/info", "Host: " + host);
            assertThat(answer.status).as(host).isIn(400, 403);
            assertThat(answer.body).as(host).doesNotContain("8521");
        }
        ask(open, "GET /api/v1/info", "Host: evil.example").isProblem(403);
        ask(open, "GET /health/live", "Host: evil.example").isProblem(403);
        assertThat(ask(open, "GET /api/v1/info", "Host: LOCALHOST:1").status).isEqualTo(200);
        assertThat(ask(open, "GET /api/v1/info").status).isEqualTo(400);
        assertThat(ask(open, "GET /api/v1/info", "Host: localhost", "Host: evil.example").status)
                .isEqualTo(400);
        assertThat(ask(open, "GET http://evil.example/api/v1/info", "Host: localhost").body)
                .doesNotContain("8521");
    }

    @Test
    void pagesOfOtherSitesAreNotAnswered() throws Exception {
        for (String origin : new String[] {"http://evil.example", "null", "http://localhost:1", "no origin", ""}) {
            ask(open, "GET /api/v1/info", "Host: localhost:8520", "Origin: " + origin)
                    .isProblem(403);
        }
        assertThat(ask(open, "GET /api/v1/info", "Host: localhost:8520", "Origin: http://localhost:8520").status)
                .isEqualTo(200);
    }

    @Test
    void everyErrorIsAProblemDocument() throws Exception {
        Answer missing = ask(open, "GET /api/v1/nothing", "Host: localhost");
        missing.isProblem(404);
        assertThat(missing.json().get("detail").asText()).contains("/api/v1/nothing");
        ask(open, "POST /api/v1/info", "Host: localhost").isProblem(405);
        ask(open, "DELETE /health/live", "Host: localhost").isProblem(405);
        ask(open, "POST /api/v1/nothing", "Host: localhost").isProblem(404);
    }
}
