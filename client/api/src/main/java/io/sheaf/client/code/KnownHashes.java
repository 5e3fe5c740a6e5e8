package io.sheaf.client.code;

import io.sheaf.client.home.UserDirectory;
import io.sheaf.protocol.job.CodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The hashes of files, kept in {@code ~/.sheaf/hashes} under path, size and time, since class paths are large and seldom
 * change. A cache that cannot be read or written is none. For one thread; what other processes write at the same time
 * may be forgotten, and is then found out again.
 */
final class KnownHashes {
    private static final int MOST = 5_000;
    private static final int HASH = 64;

    private final Path cache = UserDirectory.resolve("hashes");
    private final Map<String, CodeId> known = new LinkedHashMap<>();
    private boolean changed;

    KnownHashes() {
        try {
            if (Files.exists(cache)) {
                Files.readAllLines(cache).forEach(this::readLine);
            }
        } catch (IOException e) {
            known.clear();
        }
    }

    private void readLine(String line) {
        if (line.length() > HASH + 1 && line.substring(0, HASH).matches("[0-9a-f]+")) {
            known.put(line.substring(HASH + 1), new CodeId(line.substring(0, HASH)));
        }
    }

    CodeId of(Path file) throws IOException {
        long size = Files.size(file);
        long time = Files.getLastModifiedTime(file).toMillis();
        String key = size + " " + time + " " + file;
        CodeId found = known.get(key);
        if (found != null) {
            return found;
        }
        CodeId id = CodeId.of(file);
        // A file written a moment ago may be written again without a change of its time.
        if (System.currentTimeMillis() - time > 2_000) {
            known.put(key, id);
            changed = true;
        }
        return id;
    }

    /** Keeps what was found out. */
    void save() {
        if (!changed) {
            return;
        }
        try {
            Path fresh = UserDirectory.fresh("hashes");
            try {
                Files.write(
                        fresh,
                        known.entrySet().stream()
                                .skip(Math.max(0, known.size() - MOST))
                                .map(entry -> entry.getValue().sha256() + " " + entry.getKey())
                                .toList());
                Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            // The next one hashes again.
        }
    }
}
