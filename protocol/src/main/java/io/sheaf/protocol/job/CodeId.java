package io.sheaf.protocol.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The SHA-256 of a file of user code, as 64 hexadecimal digits: code is known by its content, never by its name. */
public record CodeId(String sha256) {

    /** @throws IllegalArgumentException when these are not 64 lower-case hexadecimal digits; ids become file names */
    public CodeId {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("Not a SHA-256 in hexadecimal: " + sha256);
        }
    }

    /** The id of the file's present content. */
    public static CodeId of(Path file) throws IOException {
        MessageDigest digest = newDigest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return of(digest);
    }

    /** The id that a digest has arrived at; resets it. */
    public static CodeId of(MessageDigest digest) {
        return new CodeId(HexFormat.of().formatHex(digest.digest()));
    }

    /** A fresh digest of the algorithm that ids use. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return sha256.substring(0, 12);
    }
}
