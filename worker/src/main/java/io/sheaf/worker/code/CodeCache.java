package io.sheaf.worker.code;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds and fetches code. Everything here may take as long as reading the files does, so it has a thread of its own: all
 * methods are called by that one.
 */
public final class CodeCache {
    private final Path directory;
    private final boolean trusting;
    private final Listener listener;
    private final Map<Path, Hashed> hashes = new HashMap<>();
    private final Map<CodeId, IncomingCode> downloads = new HashMap<>();
    private final Set<CodeId> refused = new HashSet<>();
    private final Map<CodeId, Bundle> wanted = new LinkedHashMap<>();

    /** What a file contained when it was so large and so old. */
    private record Hashed(long size, FileTime modified, CodeId id) {}

    /** What a cache tells, in its thread. */
    public interface Listener {
        /** All files of the bundle are here, in its order. */
        void ready(CodeId bundle, List<Path> files);

        /** They cannot be had; the reason is a whole sentence. */
        void missing(CodeId bundle, String reason);

        /** Please send this file. */
        void wanted(CodeId file);
    }

    /**
     * A cache.
     *
     * @param directory where files are kept; made when needed
     * @param trusting take a file at the path where the client has it by its size alone: for a private node, which
     *     shares the client's user and files
     */
    public CodeCache(Path directory, boolean trusting, Listener listener) {
        this.directory = directory;
        this.trusting = trusting;
        this.listener = listener;
    }

    /** Answers with {@code ready} at once or later, or with {@code missing}. */
    public void require(Bundle bundle) {
        wanted.put(bundle.id(), bundle);
        for (CodeFile file : bundle.files()) {
            if (wanted.containsKey(bundle.id())
                    && !downloads.containsKey(file.id())
                    && locate(file).isEmpty()) {
                ask(file.id());
            }
        }
        settle();
    }

    /** A part of a wanted file has come. */
    public void arrived(CodeId id, Bytes data, boolean last) {
        IncomingCode download = downloads.get(id);
        if (download == null) {
            return;
        }
        try {
            download.append(data);
            if (!last) {
                return;
            }
            downloads.remove(id);
            if (download.finish()) {
                refused.remove(id);
                settle();
            } else if (refused.add(id)) {
                ask(id);
            } else {
                refused.remove(id);
                fail(
                        id,
                        "The file " + id + " arrived twice with other contents than its SHA-256 says. "
                                + "Submit the job again");
            }
        } catch (IOException e) {
            downloads.remove(id);
            download.abandon();
            fail(id, cannotKeep(e));
        }
    }

    /** The connection over which files were coming is gone: they are asked for again. */
    public void askAgain() {
        Map<CodeId, IncomingCode> broken = Map.copyOf(downloads);
        downloads.clear();
        broken.forEach((id, download) -> {
            download.abandon();
            ask(id);
        });
    }

    /** Where the file is by now, in the cache or where the client has it. */
    private Optional<Path> locate(CodeFile file) {
        try {
            Path kept = IncomingCode.place(file.id(), directory);
            if (Files.isRegularFile(kept) && Files.size(kept) == file.size()) {
                return Optional.of(kept);
            }
            Path origin = Path.of(file.origin());
            boolean same = Files.isReadable(origin)
                    && Files.isRegularFile(origin)
                    && Files.size(origin) == file.size()
                    && (trusting || hash(origin).equals(file.id()));
            return same ? Optional.of(origin) : Optional.empty();
        } catch (InvalidPathException | IOException e) {
            // A path of another system, or a file that goes away at this moment: it is not here.
            return Optional.empty();
        }
    }

    private CodeId hash(Path file) throws IOException {
        long size = Files.size(file);
        FileTime modified = Files.getLastModifiedTime(file);
        Hashed known = hashes.get(file);
        if (known == null || known.size != size || !known.modified.equals(modified)) {
            known = new Hashed(size, modified, CodeId.of(file));
            hashes.put(file, known);
        }
        return known.id;
    }

    private void ask(CodeId id) {
        try {
            downloads.put(id, new IncomingCode(id, directory));
            listener.wanted(id);
        } catch (IOException e) {
            fail(id, cannotKeep(e));
        }
    }

    private String cannotKeep(IOException e) {
        return "The code cannot be kept in " + directory + " of the worker: " + e
                + ". Make room or correct the permissions there";
    }

    private void fail(CodeId id, String reason) {
        for (Bundle bundle : List.copyOf(wanted.values())) {
            if (bundle.files().stream().anyMatch(file -> file.id().equals(id))) {
                wanted.remove(bundle.id());
                listener.missing(bundle.id(), reason);
            }
        }
    }

    private void settle() {
        for (Bundle bundle : List.copyOf(wanted.values())) {
            List<Path> files = new ArrayList<>();
            bundle.files().forEach(file -> locate(file).ifPresent(files::add));
            if (files.size() == bundle.files().size()) {
                wanted.remove(bundle.id());
                listener.ready(bundle.id(), files);
            }
        }
    }
}
