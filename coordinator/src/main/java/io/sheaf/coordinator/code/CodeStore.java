package io.sheaf.coordinator.code;

import io.sheaf.coordinator.dispatch.CodeSupply;
import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.coordinator.journal.SharedFiles;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files by SHA-256 in a directory. Safe for use by many threads. */
public final class CodeStore implements CodeSupply, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CodeStore.class);

    private static final FileAttribute<?> ONLY_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Each waits for its worker: so many slow ones delay nobody, and no more parts than these have are in memory. */
    private static final int SENDERS = 64;

    private static final int IDLE_SECONDS = 10;

    /** How long what no job needs is kept, for the next one. */
    static final long UNNEEDED_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Path directory;
    private final boolean trusting;
    private final Optional<SharedFiles> shared;
    /** Since when no job has needed it, and nobody asked; guards that nothing is removed that somebody was just told of. */
    private final Map<CodeId, Long> unneeded = new HashMap<>();

    private final ThreadPoolExecutor senders = new ThreadPoolExecutor(
            SENDERS, SENDERS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
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
        this(directory, trusting, Optional.empty());
    }

    /**
     * A store of which other coordinators have what is in this one.
     *
     * @param shared where that is
     */
    public CodeStore(Path directory, boolean trusting, Optional<SharedFiles> shared) {
        this.directory = directory;
        this.trusting = trusting;
        this.shared = shared;
        senders.allowCoreThreadTimeOut(true);
    }

    /** Whether the file need not be uploaded. */
    @Override
    public boolean has(CodeFile file) throws IOException {
        synchronized (unneeded) {
            unneeded.remove(file.id());
            Path kept = path(file.id());
            if (Files.isRegularFile(kept) && Files.size(kept) == file.size()) {
                arrived(file.id());
                return true;
            }
            if (shared.isPresent() && shared.get().fetch(file.id().sha256(), kept)) {
                return true;
            }
        }
        return trusting && isThere(file);
    }

    /** A file is here; from now on other coordinators can have it, too. */
    public void arrived(CodeId id) throws IOException {
        if (shared.isPresent()) {
            shared.get().keep(id.sha256(), path(id));
        }
    }

    private static boolean isThere(CodeFile file) throws IOException {
        try {
            Path origin = Path.of(file.origin());
            return Files.isReadable(origin) && Files.isRegularFile(origin) && Files.size(origin) == file.size();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Begins to receive a file. */
    public IncomingCode receive(CodeId id) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, ONLY_OWNER);
        }
        return new IncomingCode(id, directory);
    }

    /**
     * A part of a file that is here.
     *
     * @throws IOException when it is not, or cannot be read
     */
    public byte[] part(CodeId id, long offset, int most) throws IOException {
        try (InputStream in = Files.newInputStream(path(id))) {
            in.skipNBytes(offset);
            return in.readNBytes(most);
        }
    }

    @Override
    public void supply(CodeId id, WorkerPort port) {
        senders.execute(() -> {
            try (InputStream in = Files.newInputStream(path(id))) {
                send(id, in, port);
            } catch (IOException e) {
                log.error("Code {} cannot be read from {}", id, directory, e);
                // An end too early has another SHA-256: the worker then says that the job cannot run, and nobody waits.
                port.send(new ToWorker.CodePart(id, 0, true, Bytes.EMPTY));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void send(CodeId id, InputStream in, WorkerPort port) throws IOException, InterruptedException {
        long offset = 0;
        byte[] part = in.readNBytes(ClientConversation.CODE_PART);
        boolean last = false;
        while (!last) {
            byte[] next = in.readNBytes(ClientConversation.CODE_PART);
            last = next.length == 0;
            port.awaitRoom();
            port.send(new ToWorker.CodePart(id, offset, last, Bytes.wrap(part)));
            offset += part.length;
            part = next;
        }
    }

    @Override
    public void keepOnly(Set<CodeId> needed, long now) {
        senders.execute(() -> {
            try {
                removeUnneeded(needed, now);
            } catch (IOException e) {
                log.warn("Code that no job needs any more stays for now: {}", e.getMessage());
            }
        });
    }

    void removeUnneeded(Set<CodeId> needed, long now) throws IOException {
        for (CodeId id : all()) {
            synchronized (unneeded) {
                if (needed.contains(id)) {
                    unneeded.remove(id);
                } else if (now - unneeded.computeIfAbsent(id, any -> now) >= UNNEEDED_NANOS) {
                    unneeded.remove(id);
                    remove(id);
                }
            }
        }
    }

    private void remove(CodeId id) throws IOException {
        Files.deleteIfExists(path(id));
        if (shared.isPresent()) {
            shared.get().remove(id.sha256());
        }
        log.info("Code {} is removed, which no job has needed for long", id);
    }

    private Set<CodeId> all() throws IOException {
        Set<CodeId> all = new HashSet<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.flatMap(file -> IncomingCode.id(file).stream()).forEach(all::add);
            }
        }
        if (shared.isPresent()) {
            shared.get().names().forEach(name -> all.add(new CodeId(name)));
        }
        return all;
    }

    @Override
    public void close() {
        senders.shutdownNow();
    }

    private Path path(CodeId id) {
        return IncomingCode.place(id, directory);
    }
}
