package io.sheaf.worker.code;

import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;

/** A file on its way: written beside its place, and moved there only when its contents are what they should be. */
final class Download {
    private final CodeId id;
    private final Path target;
    private final Path part;
    private final OutputStream out;
    private final MessageDigest digest = CodeId.newDigest();

    Download(CodeId id, Path directory) throws IOException {
        this.id = id;
        Files.createDirectories(directory);
        this.target = directory.resolve(id.sha256() + ".jar");
        this.part = Files.createTempFile(directory, id.sha256(), ".part");
        this.out = Files.newOutputStream(part);
    }

    Path target() {
        return target;
    }

    void append(Bytes data) throws IOException {
        out.write(data.array(), data.offset(), data.length());
        digest.update(data.array(), data.offset(), data.length());
    }

    /** Returns whether the contents were right. */
    boolean finish() throws IOException {
        out.close();
        if (!CodeId.of(digest).equals(id)) {
            Files.delete(part);
            return false;
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    void abandon() {
        try {
            out.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // A part that stays behind is never taken for the file.
        }
    }
}
