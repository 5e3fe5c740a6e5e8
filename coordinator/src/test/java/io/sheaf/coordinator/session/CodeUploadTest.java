package io.sheaf.coordinator.session;

import static io.sheaf.coordinator.session.Lobby.file;
import static io.sheaf.coordinator.session.Lobby.soon;
import static io.sheaf.coordinator.session.Lobby.submit;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.session.Lobby.Client;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job is not heard of before its code is here, and then once. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // made before each test
class CodeUploadTest {
    private static final byte[] JAR =
            "a jar, as far as this is concerned".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final CodeFile FILE = file(JAR);

    @TempDir
    Path folder;

    private CodeStore code;
    private Lobby lobby;

    @BeforeEach
    void start() throws IOException {
        code = new CodeStore(folder.resolve("code"), false);
        lobby = new Lobby(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), code, Duration.ofMinutes(10));
    }

    @AfterEach
    void stop() throws IOException {
        lobby.close();
        code.close();
    }

    private static FromClient.CodePart part(int from, int to) {
        return new FromClient.CodePart(FILE.id(), from, to == JAR.length, Bytes.wrap(JAR, from, to - from));
    }

    private List<String> stored() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("code"))) {
            return files.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Test
    void codeThatIsHereIsNotAskedFor() throws Exception {
        Client first = lobby.guest();
        first.send(submit(1, FILE));
        assertThat(first.next()).isEqualTo(new ToClient.CodeWanted(FILE.id()));
        first.send(part(0, JAR.length));
        assertThat(soon(lobby.events)).isEqualTo(submit(1, FILE));
        Client second = lobby.guest();
        second.send(submit(2, FILE));
        assertThat(soon(lobby.events)).isEqualTo(submit(2, FILE));
        assertThat(second.heard()).isEmpty();
        assertThat(stored()).containsExactly(FILE.id().sha256() + ".jar");
    }

    @Test
    void twoClientsMayUploadTheSameFileAtTheSameTime() throws Exception {
        Client first = lobby.guest();
        Client second = lobby.guest();
        first.send(submit(1, FILE));
        second.send(submit(2, FILE));
        assertThat(first.next()).isEqualTo(new ToClient.CodeWanted(FILE.id()));
        assertThat(second.next()).isEqualTo(new ToClient.CodeWanted(FILE.id()));
        first.send(part(0, 5));
        second.send(part(0, 9));
        first.send(part(5, JAR.length));
        assertThat(soon(lobby.events)).isEqualTo(submit(1, FILE));
        second.send(part(9, JAR.length));
        assertThat(soon(lobby.events)).isEqualTo(submit(2, FILE));
        assertThat(stored()).containsExactly(FILE.id().sha256() + ".jar");
        assertThat(folder.resolve("code").resolve(stored().get(0))).hasBinaryContent(JAR);
    }

    @Test
    void aClientThatDiesInTheMiddleLeavesNothingBehind() throws Exception {
        Client client = lobby.guest();
        client.send(submit(1, FILE));
        client.next();
        client.send(part(0, 5));
        client.send(new FromClient.ListJobs(2));
        assertThat(soon(lobby.events)).as("what follows the part").isEqualTo(new FromClient.ListJobs(2));
        assertThat(stored()).hasSize(1);
        client.close();
        assertThat(soon(lobby.events)).isEqualTo("closed");
        assertThat(stored()).isEmpty();
    }

    @Test
    void othersPassAJobThatWaitsForItsCode() throws Exception {
        Client client = lobby.guest();
        client.send(submit(1, FILE));
        client.send(submit(2));
        assertThat(soon(lobby.events)).isEqualTo(submit(2));
        client.next();
        client.send(part(0, JAR.length));
        assertThat(soon(lobby.events)).isEqualTo(submit(1, FILE));
    }

    @Test
    void wrongContentsRejectOnlyTheJobsThatNeedThemAndMayBeTriedAgain() throws Exception {
        CodeFile other = file(new byte[] {1});
        Client client = lobby.guest();
        client.send(submit(1, FILE, other));
        assertThat(client.next()).isEqualTo(new ToClient.CodeWanted(FILE.id()));
        assertThat(client.next()).isEqualTo(new ToClient.CodeWanted(other.id()));
        client.send(submit(2, other));
        client.send(new FromClient.CodePart(FILE.id(), 0, true, Bytes.EMPTY));
        ToClient.RequestFailed failed = (ToClient.RequestFailed) client.next();
        assertThat(failed.request()).isEqualTo(1);
        assertThat(failed.problem()).isEqualTo(Problem.REJECTED);
        client.send(new FromClient.CodePart(other.id(), 0, true, Bytes.wrap(new byte[] {1})));
        assertThat(soon(lobby.events)).isEqualTo(submit(2, other));
        client.send(submit(3, FILE, other));
        assertThat(client.next()).isEqualTo(new ToClient.CodeWanted(FILE.id()));
        client.send(part(0, JAR.length));
        assertThat(soon(lobby.events)).isEqualTo(submit(3, FILE, other));
    }

    @Test
    void codeThatNobodyAskedForIsIgnored() throws Exception {
        Client client = lobby.guest();
        client.send(part(0, JAR.length));
        client.send(new FromClient.ListJobs(1));
        assertThat(soon(lobby.events)).isEqualTo(new FromClient.ListJobs(1));
        assertThat(folder.resolve("code")).doesNotExist();
    }

    @Test
    void aDirectoryThatTakesNoFilesRejectsTheJobInWords() throws Exception {
        Files.writeString(folder.resolve("code"), "in the way");
        Client client = lobby.guest();
        client.send(submit(1, FILE));
        ToClient.RequestFailed failed = (ToClient.RequestFailed) client.next();
        assertThat(failed.problem()).isEqualTo(Problem.REJECTED);
        assertThat(failed.message()).contains("cannot keep code");
    }
}
