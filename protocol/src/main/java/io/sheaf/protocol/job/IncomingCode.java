package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file of code on its way in: written beside its place, and moved there only when its contents are what they should be. For one thread. */
public final class IncomingCode {
    private static final String SUFFIX = ".jar";
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})" + Pattern.quote(SUFFIX));

    private final CodeId id;
    private final Path target;
    private final Path part;
    private final OutputStream out;
    private final MessageDigest digest = CodeId.newDigest();

    /** Begins a file in a directory, which is made when needed. */
    public IncomingCode(CodeId id, Path directory) throws IOException {
        this.id = id;
        Files.createDirectories(directory);
        this.target = place(id, directory);
        this.part = Files.createTempFile(directory, id.sha256(), ".part");
        this.out = Files.newOutputStream(part);
    }

    /** Where a file of that content is kept in a directory. */
    public static Path place(CodeId id, Path directory) {
        return directory.resolve(id.sha256() + SUFFIX);
    }

    /** Of which content that file is, by its name; empty: it is not one of those. */
    public static Optional<CodeId> id(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Optional.of(new CodeId(name.group(1))) : Optional.empty();
    }

    /** Where it will be. */
    public Path target() {
        return target;
    }

    /** Its next part. */
    public void append(Bytes data) throws IOException {
        out.write(data.array(), data.offset(), data.length());
        digest.update(data.array(), data.offset(), data.length());
    }

    /** It is complete; returns whether the contents were right. */
    public boolean finish() throws IOException {
        out.close();
        if (!CodeId.of(digest).equals(id)) {
            Files.delete(part);
            return false;
        }
        try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
            // Else a job that outlives its host could have lost its code.
            written.force(true);
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /** It will not be completed. */
    public void abandon() {
        try {
            out.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            // A part that stays behind is never taken for the file.
        }
    }
}
