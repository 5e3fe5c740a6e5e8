package io.sheaf.client.code;

import io.sheaf.protocol.job.CodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The hashes of files, kept in {@code ~/.sheaf/hashes} under path, size and time, since class paths are large and seldom
 * change. A cache that cannot be read or written is none.
 */
final class KnownHashes {
    private static final int MOST = 5_000;

    private KnownHashes() {}

    static CodeId of(Path file) throws IOException {
        long size = Files.size(file);
        long time = Files.getLastModifiedTime(file).toMillis();
        String key = size + " " + time + " " + file;
        Path cache = Path.of(System.getProperty("user.home"), ".sheaf", "hashes");
        Map<String, String> known = read(cache);
        String found = known.get(key);
        if (found != null && found.matches("[0-9a-f]{64}")) {
            return new CodeId(found);
        }
        CodeId id = CodeId.of(file);
        // A file written a moment ago may be written again without a change of its time.
        if (System.currentTimeMillis() - time > 2_000) {
            known.put(key, id.sha256());
            write(cache, known);
        }
        return id;
    }

    private static Map<String, String> read(Path cache) {
        Map<String, String> known = new LinkedHashMap<>();
        try {
            if (Files.exists(cache)) {
                for (String line : Files.readAllLines(cache)) {
                    if (line.length() > 65) {
                        known.put(line.substring(65), line.substring(0, 64));
                    }
                }
            }
        } catch (IOException e) {
            known.clear();
        }
        return known;
    }

    private static void write(Path cache, Map<String, String> known) {
        try {
            Files.createDirectories(cache.getParent());
            Path fresh = Files.createTempFile(cache.getParent(), "hashes", "");
            Files.write(
                    fresh,
                    known.entrySet().stream()
                            .skip(Math.max(0, known.size() - MOST))
                            .map(entry -> entry.getValue() + " " + entry.getKey())
                            .toList());
            Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The next one hashes again.
        }
    }
}
