package io.sheaf.protocol.job;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * The user's class path: an executor process serves one bundle and no other.
 *
 * @param files jars, in class path order
 */
public record Bundle(List<CodeFile> files) {

    /** Copies the list. */
    public Bundle {
        files = List.copyOf(files);
    }

    /** Equal for bundles of the same contents in the same order, whatever the files are called. */
    public CodeId id() {
        MessageDigest digest = CodeId.newDigest();
        for (CodeFile file : files) {
            digest.update(file.id().sha256().getBytes(StandardCharsets.US_ASCII));
        }
        return CodeId.of(digest);
    }
}
