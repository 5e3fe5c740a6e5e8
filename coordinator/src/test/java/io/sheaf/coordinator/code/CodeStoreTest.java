package io.sheaf.coordinator.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CodeStoreTest {
    @TempDir
    Path folder;

    /** What a worker gets. */
    private static final class Received implements WorkerPort {
        private final LinkedBlockingQueue<ToWorker> messages = new LinkedBlockingQueue<>();

        @Override
        public void send(ToWorker message) {
            messages.add(message);
        }

        @Override
        public void close() {}

        ToWorker.CodePart next() throws InterruptedException {
            ToWorker message = messages.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("within 20 s").isNotNull();
            return (ToWorker.CodePart) message;
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static CodeId id(byte[] content) {
        MessageDigest digest = CodeId.newDigest();
        digest.update(content);
        return CodeId.of(digest);
    }

    private static void keep(CodeStore store, byte[] content) throws Exception {
        IncomingCode incoming = store.receive(id(content));
        incoming.append(Bytes.wrap(content));
        assertThat(incoming.finish()).isTrue();
    }

    @Test
    void aWorkerGetsTheFileInPartsOfWhichOneIsTheLast() throws Exception {
        try (CodeStore store = new CodeStore(folder, false)) {
            for (int length : new int[] {
                0, 1, ClientConversation.CODE_PART, ClientConversation.CODE_PART + 1, 3 * ClientConversation.CODE_PART
            }) {
                byte[] content = random(length);
                keep(store, content);
                Received worker = new Received();
                store.supply(id(content), worker);
                ByteArrayOutputStream arrived = new ByteArrayOutputStream();
                ToWorker.CodePart part = worker.next();
                for (; !part.last(); part = worker.next()) {
                    assertThat(part.offset()).isEqualTo(arrived.size());
                    assertThat(part.data().length()).isEqualTo(ClientConversation.CODE_PART);
                    arrived.writeBytes(part.data().copy());
                }
                assertThat(part.offset()).isEqualTo(arrived.size());
                arrived.writeBytes(part.data().copy());
                assertThat(arrived.toByteArray()).isEqualTo(content);
                assertThat(worker.messages).isEmpty();
            }
        }
    }

    @Test
    void aFileThatIsGoneComesToAnEndThatItsReceiverRefuses() throws Exception {
        CodeId gone = id(random(7));
        try (CodeStore store = new CodeStore(folder, false)) {
            Received worker = new Received();
            store.supply(gone, worker);
            ToWorker.CodePart part = worker.next();
            assertThat(part.id()).isEqualTo(gone);
            assertThat(part.last()).isTrue();
            IncomingCode download = new IncomingCode(gone, folder.resolve("worker"));
            download.append(part.data());
            assertThat(download.finish()).isFalse();
        }
    }

    @Test
    void aKeptFileOfAnotherSizeIsNotTheFile() throws Exception {
        byte[] content = random(100);
        try (CodeStore store = new CodeStore(folder, false)) {
            CodeFile file = new CodeFile(id(content), "a.jar", 100, "/nowhere");
            assertThat(store.has(file)).isFalse();
            keep(store, content);
            assertThat(store.has(file)).isTrue();
            Files.write(IncomingCode.place(file.id(), folder), random(99));
            assertThat(store.has(file)).isFalse();
        }
    }

    @Test
    void onlyAPrivateNodeTakesTheClientsWordForWhereAFileIs() throws Exception {
        Path origin = Files.write(folder.resolve("user.jar"), random(100));
        CodeFile file = new CodeFile(id(random(100)), "user.jar", 100, origin.toString());
        CodeFile grown = new CodeFile(file.id(), "user.jar", 101, origin.toString());
        CodeFile odd = new CodeFile(file.id(), "user.jar", 100, "no\0path");
        try (CodeStore trusting = new CodeStore(folder.resolve("a"), true);
                CodeStore wary = new CodeStore(folder.resolve("b"), false)) {
            assertThat(trusting.has(file)).isTrue();
            assertThat(trusting.has(grown)).isFalse();
            assertThat(trusting.has(odd)).isFalse();
            assertThat(wary.has(file)).isFalse();
            assertThat(wary.has(odd)).isFalse();
        }
    }

    @Test
    void whatNoJobHasNeededForAnHourGoesUnlessSomebodyAskedForIt() throws Exception {
        CodeFile needed = new CodeFile(id(random(1)), "a.jar", 1, "/nowhere");
        CodeFile asked = new CodeFile(id(random(2)), "b.jar", 2, "/nowhere");
        CodeFile gone = new CodeFile(id(random(3)), "c.jar", 3, "/nowhere");
        Path other = Files.createFile(folder.resolve("other"));
        long begin = Long.MAX_VALUE - 1;
        try (CodeStore store = new CodeStore(folder, false)) {
            keep(store, random(1));
            keep(store, random(2));
            keep(store, random(3));
            store.removeUnneeded(Set.of(needed.id()), begin);
            store.removeUnneeded(Set.of(needed.id()), begin + CodeStore.UNNEEDED_NANOS - 1);
            assertThat(store.has(asked)).isTrue();
            store.removeUnneeded(Set.of(needed.id()), begin + CodeStore.UNNEEDED_NANOS);
            assertThat(store.has(gone)).isFalse();
            assertThat(store.has(needed)).isTrue();
            assertThat(store.has(asked)).isTrue();
        }
        assertThat(other).exists();
    }

    @Test
    void whatIsKeptIsTheOwnersAlone() throws Exception {
        Path directory = folder.resolve("data").resolve("code");
        try (CodeStore store = new CodeStore(directory, false)) {
            keep(store, random(10));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
    }
}
