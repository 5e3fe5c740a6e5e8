package io.sheaf.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An archive of classes that was found to be whole, with what shows that it has not been touched since. */
record Archive(Path file, long size, @Nullable Object key) {
    private static final int LETTERS = 16;

    static Archive at(Path file) throws IOException {
        BasicFileAttributes found = attributes(file);
        return new Archive(file, found.size(), found.fileKey());
    }

    boolean isAsItWas() {
        try {
            return at(file).equals(this);
        } catch (IOException e) {
            return false;
        }
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * What the archive of a class path depends on: this JVM, and the jars with their places and times, which it compares.
     *
     * @throws IOException when something of the class path is no jar
     */
    static String key(List<Path> classPath) throws IOException {
        MessageDigest digest = sha256();
        update(digest, System.getProperty("java.home"));
        update(digest, System.getProperty("java.vm.vendor") + System.getProperty("java.vm.version"));
        for (Path jar : classPath) {
            if (!Files.isRegularFile(jar)) {
                throw new IOException(jar + " is no jar");
            }
            update(digest, jar + " " + Files.getLastModifiedTime(jar).toMillis());
            digest.update(Files.readAllBytes(jar));
        }
        return text(digest);
    }

    static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] part = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                digest.update(part, 0, count);
            }
        }
        return text(digest);
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest()).substring(0, LETTERS);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
