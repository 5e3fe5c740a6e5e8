package io.sheaf.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // made before each test
class SessionServerTest {
    @TempDir
    Path folder;

    private final ClientLog log = new ClientLog();
    private final BlockingQueue<Object> events = log.events;
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private CodeStore code;
    private SessionServer server;

    @BeforeEach
    void start() throws IOException {
        code = new CodeStore(folder.resolve("code"), false);
        server = new SessionServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new SessionServer.Admission(new Credentials(Optional.of("secret")), Optional.empty()),
                log,
                code,
                transport -> events.add("worker"));
    }

    @AfterEach
    void stop() {
        server.close();
        code.close();
    }

    private Transport connect() throws IOException {
        return Transport.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), 5000, Optional.empty());
    }

    private Connection<ToClient, FromClient> client(String token, int version) throws IOException {
        Transport transport = connect();
        Preface.CLIENT.write(transport);
        Connection<ToClient, FromClient> connection =
                Lobby.Client.over(transport, heard).connection();
        connection.send(new FromClient.Hello(version, token));
        return connection;
    }

    @Test
    void whoeverKnowsTheTokenIsLetIn() throws Exception {
        Connection<ToClient, FromClient> client = client("secret", ClientConversation.VERSION);
        assertThat(Lobby.soon(events)).isEqualTo("opened");
        assertThat(Lobby.soon(heard)).isEqualTo(new ToClient.Welcome("test", 1));
        client.send(new FromClient.ListJobs(1));
        assertThat(Lobby.soon(events)).isEqualTo(new FromClient.ListJobs(1));
        client.close();
        assertThat(Lobby.soon(events)).isEqualTo("closed");
    }

    @Test
    void whoeverDoesNotIsToldWhatToDo() throws Exception {
        client("guess", ClientConversation.VERSION);
        ToClient.Refused refused = (ToClient.Refused) Lobby.soon(heard);
        assertThat(refused.problem()).isEqualTo(Problem.NOT_AUTHENTICATED);
        assertThat(refused.message()).contains("SHEAF_TOKEN");
        assertThat(Lobby.soon(heard)).isEqualTo("closed");
        assertThat(events).isEmpty();
    }

    @Test
    void anotherVersionIsRefusedInWords() throws Exception {
        client("secret", 99);
        assertThat(((ToClient.Refused) Lobby.soon(heard)).problem()).isEqualTo(Problem.VERSION);
    }

    @Test
    void whateverElseConnectsIsClosed() throws Exception {
        try (Transport stranger = connect()) {
            stranger.write(java.nio.ByteBuffer.wrap("GET ".getBytes(StandardCharsets.US_ASCII)));
            assertThat(stranger.read(java.nio.ByteBuffer.allocate(10))).isNegative();
        }
        try (Transport worker = connect()) {
            Preface.WORKER_DATA.write(worker);
            assertThat(Lobby.soon(events)).isEqualTo("worker");
        }
    }

    @Test
    void aJobWaitsForItsCodeWhichIsAskedForOnce() throws Exception {
        byte[] jar = "not really a jar".getBytes(StandardCharsets.US_ASCII);
        CodeFile file = file(jar);
        Connection<ToClient, FromClient> client = client("secret", ClientConversation.VERSION);
        Lobby.soon(events);
        Lobby.soon(heard);
        FromClient.Submit submit = new FromClient.Submit(1, job(file));
        client.send(submit);
        client.send(new FromClient.Submit(2, job(file)));
        assertThat(Lobby.soon(heard)).isEqualTo(new ToClient.CodeWanted(file.id()));
        client.send(new FromClient.CodePart(file.id(), 0, false, Bytes.wrap(jar, 0, 5)));
        client.send(new FromClient.CodePart(file.id(), 5, true, Bytes.wrap(jar, 5, jar.length - 5)));
        assertThat(Lobby.soon(events)).isEqualTo(submit);
        assertThat(Lobby.soon(events)).isEqualTo(new FromClient.Submit(2, job(file)));
        assertThat(code.has(file)).isTrue();
    }

    @Test
    void codeWithOtherContentsThanItsNameSaysIsRejectedAndNotKept() throws Exception {
        CodeFile file = file(new byte[] {1, 2, 3});
        Connection<ToClient, FromClient> client = client("secret", ClientConversation.VERSION);
        Lobby.soon(heard);
        client.send(new FromClient.Submit(1, job(file)));
        Lobby.soon(heard);
        client.send(new FromClient.CodePart(file.id(), 0, true, Bytes.wrap(new byte[] {3, 2, 1})));
        assertThat(((ToClient.RequestFailed) Lobby.soon(heard)).problem()).isEqualTo(Problem.REJECTED);
        assertThat(code.has(file)).isFalse();
        try (var files = Files.list(folder.resolve("code"))) {
            assertThat(files).isEmpty();
        }
    }

    private static CodeFile file(byte[] content) {
        MessageDigest digest = CodeId.newDigest();
        digest.update(content);
        return new CodeFile(CodeId.of(digest), "a.jar", content.length, "/nowhere/a.jar");
    }

    private static JobSpec job(CodeFile file) {
        return new JobSpec(
                "",
                new Work.Calls(),
                new Source.Streamed(),
                new Bundle(List.of(file)),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                true,
                false);
    }
}
