package io.sheaf.client.code;

import io.sheaf.client.session.CodeFiles;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Bundles: of this JVM's class path without Sheaf's own jars, or of given jars. Jars are used where they are; class
 * directories are packed into a jar first, so that a bundle never changes under a job.
 */
public final class ClassPathBundle {
    private static final Pattern OWN =
            Pattern.compile("sheaf-(protocol|client|node|cli|builtins|launcher)-[0-9].*\\.jar");

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private ClassPathBundle() {}

    /**
     * The class path of this JVM, as it is now.
     *
     * @throws IOException when a part of it cannot be read
     */
    public static CodeFiles ofThisJvm() throws IOException {
        Set<Path> entries = new LinkedHashSet<>();
        for (String entry : System.getProperty("java.class.path", "").split(Pattern.quote(File.pathSeparator), -1)) {
            expand(Path.of(entry).toAbsolutePath().normalize(), entries);
        }
        List<Path> jars = new ArrayList<>();
        for (Path entry : entries) {
            if (!isOwn(entry)) {
                jars.add(Files.isDirectory(entry) ? ClassDirectory.pack(entry) : entry);
            }
        }
        return of(jars);
    }

    /**
     * These jars, in this order.
     *
     * @throws IOException when one cannot be read
     */
    public static CodeFiles of(List<Path> jars) throws IOException {
        List<CodeFile> files = new ArrayList<>();
        Map<CodeId, Path> paths = new HashMap<>();
        for (Path jar : jars) {
            Path path = jar.toAbsolutePath().normalize();
            CodeId id = KnownHashes.of(path);
            files.add(new CodeFile(id, path.getFileName().toString(), Files.size(path), path.toString()));
            paths.put(id, path);
        }
        return new CodeFiles(new Bundle(files), paths);
    }

    /** A jar may name others in its manifest, as build tools do to keep command lines short. */
    private static void expand(Path entry, Set<Path> into) throws IOException {
        if (!Files.exists(entry) || !into.add(entry) || Files.isDirectory(entry)) {
            return;
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            Manifest manifest = jar.getManifest();
            String more = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (more != null) {
                for (String name : WHITE_SPACE.split(more.strip(), -1)) {
                    expand(Path.of(entry.toUri().resolve(new URI(name))).normalize(), into);
                }
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            throw new IOException("The manifest of " + entry + " has a damaged Class-Path", e);
        }
    }

    private static boolean isOwn(Path entry) {
        return Files.isDirectory(entry)
                ? Files.exists(entry.resolve("io/sheaf/Pool.class"))
                        || Files.exists(entry.resolve("io/sheaf/client/pool"))
                : OWN.matcher(entry.getFileName().toString()).matches();
    }
}
