package io.sheaf.coordinator.code;

import io.sheaf.coordinator.dispatch.CodeSupply;
import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files by SHA-256 in a directory. Safe for use by many threads. */
public final class CodeStore implements CodeSupply, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CodeStore.class);

    private final Path directory;
    private final boolean trusting;
    private final ExecutorService senders = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "code-sender");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A store.
     *
     * @param directory made when needed
     * @param trusting whether a file that is where the client says, with the size that it says, need not be uploaded: for
     *     a private node, which shares the client's user and files
     */
    public CodeStore(Path directory, boolean trusting) {
        this.directory = directory;
        this.trusting = trusting;
    }

    /** Whether the file need not be uploaded. */
    public boolean has(CodeFile file) throws IOException {
        Path kept = path(file.id());
        if (Files.isRegularFile(kept) && Files.size(kept) == file.size()) {
            return true;
        }
        Path origin = Path.of(file.origin());
        return trusting && Files.isRegularFile(origin) && Files.size(origin) == file.size();
    }

    /** Begins to receive a file. */
    public IncomingCode receive(CodeId id) throws IOException {
        return new IncomingCode(id, directory);
    }

    @Override
    public void supply(CodeId id, WorkerPort port) {
        senders.execute(() -> {
            try (InputStream in = Files.newInputStream(path(id))) {
                long offset = 0;
                byte[] part = in.readNBytes(ClientConversation.CODE_PART);
                while (true) {
                    byte[] next = in.readNBytes(ClientConversation.CODE_PART);
                    port.send(new ToWorker.CodePart(id, offset, next.length == 0, Bytes.wrap(part)));
                    offset += part.length;
                    if (next.length == 0) {
                        return;
                    }
                    part = next;
                }
            } catch (IOException e) {
                log.error("Code {} cannot be read from {}", id, directory, e);
            }
        });
    }

    @Override
    public void close() {
        senders.shutdownNow();
    }

    private Path path(CodeId id) {
        return IncomingCode.place(id, directory);
    }
}
