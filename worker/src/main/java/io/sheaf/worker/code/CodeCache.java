package io.sheaf.worker.code;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.IncomingCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds and fetches code. Everything here may take as long as reading the files does, so it has a thread of its own: all
 * methods are called by that one.
 */
public final class CodeCache {
    private final Path directory;
    private final boolean trusting;
    private final Listener listener;
    private final Map<CodeId, Path> found = new HashMap<>();
    private final Map<CodeId, IncomingCode> downloads = new HashMap<>();
    private final Map<CodeId, Integer> refused = new HashMap<>();
    private final Map<CodeId, Bundle> wanted = new LinkedHashMap<>();

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
        try {
            Set<CodeId> lacking = new LinkedHashSet<>();
            for (CodeFile file : bundle.files()) {
                if (!isHere(file)) {
                    lacking.add(file.id());
                }
            }
            wanted.put(bundle.id(), bundle);
            for (CodeId id : lacking) {
                if (!downloads.containsKey(id)) {
                    ask(id);
                }
            }
            settle();
        } catch (IOException e) {
            listener.missing(bundle.id(), "The code cannot be kept in " + directory + ": " + e.getMessage());
        }
    }

    /** A part of a wanted file has come. */
    public void arrived(CodeId id, io.sheaf.protocol.wire.Bytes data, boolean last) {
        IncomingCode download = downloads.get(id);
        if (download == null) {
            return;
        }
        try {
            download.append(data);
            if (last) {
                downloads.remove(id);
                if (download.finish()) {
                    found.put(id, download.target());
                    settle();
                } else {
                    refuse(id);
                }
            }
        } catch (IOException e) {
            downloads.remove(id);
            fail(id, "The code cannot be kept in " + directory + ": " + e.getMessage());
        }
    }

    /** The connection over which files were coming is gone: they are asked for again. */
    public void askAgain() {
        Map<CodeId, IncomingCode> broken = Map.copyOf(downloads);
        downloads.clear();
        broken.forEach((id, download) -> {
            download.abandon();
            try {
                ask(id);
            } catch (IOException e) {
                fail(id, "The code cannot be kept in " + directory + ": " + e.getMessage());
            }
        });
    }

    private boolean isHere(CodeFile file) throws IOException {
        if (found.containsKey(file.id())) {
            return true;
        }
        Path origin = Path.of(file.origin());
        Path kept = IncomingCode.place(file.id(), directory);
        if (Files.isRegularFile(kept) && Files.size(kept) == file.size()) {
            found.put(file.id(), kept);
        } else if (Files.isReadable(origin) && Files.isRegularFile(origin) && Files.size(origin) == file.size()) {
            if (trusting || CodeId.of(origin).equals(file.id())) {
                found.put(file.id(), origin);
            }
        }
        return found.containsKey(file.id());
    }

    private void ask(CodeId id) throws IOException {
        downloads.put(id, new IncomingCode(id, directory));
        listener.wanted(id);
    }

    private void refuse(CodeId id) {
        if (refused.merge(id, 1, Integer::sum) > 1) {
            fail(id, "The file " + id + " arrived twice with other contents than its SHA-256 says");
            return;
        }
        try {
            ask(id);
        } catch (IOException e) {
            fail(id, "The code cannot be kept in " + directory + ": " + e.getMessage());
        }
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
        settle(bundle -> {
            wanted.remove(bundle.id());
            listener.ready(
                    bundle.id(),
                    bundle.files().stream().map(file -> found.get(file.id())).toList());
        });
    }

    private void settle(Consumer<Bundle> complete) {
        for (Bundle bundle : List.copyOf(wanted.values())) {
            if (bundle.files().stream().allMatch(file -> found.containsKey(file.id()))) {
                complete.accept(bundle);
            }
        }
    }
}
