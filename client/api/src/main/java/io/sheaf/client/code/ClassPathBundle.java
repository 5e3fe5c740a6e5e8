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
import java.util.Optional;
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
    private static final Pattern OWN = Pattern.compile("sheaf-(protocol|client|node|cli|launcher)-[0-9].*\\.jar");

    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

    private ClassPathBundle() {}

    /**
     * The class path of this JVM, as it is now.
     *
     * @throws IOException when a part of it cannot be read
     */
    public static CodeFiles ofThisJvm() throws IOException {
        Set<Path> entries = new LinkedHashSet<>();
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) {
            for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
                expand(Path.of(entry).toAbsolutePath().normalize(), entries);
            }
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
     * A class directory as a jar: the same one for the same contents.
     *
     * @throws IOException when the directory cannot be read, or no file can be written
     */
    public static Path packed(Path classes) throws IOException {
        return ClassDirectory.pack(classes);
    }

    /**
     * These jars, in this order.
     *
     * @throws IOException when one cannot be read
     */
    public static CodeFiles of(List<Path> jars) throws IOException {
        KnownHashes hashes = new KnownHashes();
        List<CodeFile> files = new ArrayList<>();
        Map<CodeId, Path> paths = new HashMap<>();
        for (Path jar : jars) {
            Path path = jar.toAbsolutePath().normalize();
            CodeId id = hashes.of(path);
            files.add(new CodeFile(id, path.getFileName().toString(), Files.size(path), path.toString()));
            paths.put(id, path);
        }
        hashes.save();
        return new CodeFiles(new Bundle(files), paths);
    }

    /**
     * A jar may name others in its manifest, as build tools do to keep command lines short. What is neither a jar nor a
     * directory is ignored, as Java itself does.
     */
    private static void expand(Path entry, Set<Path> into) {
        if (into.contains(entry) || !Files.exists(entry)) {
            return;
        }
        if (Files.isDirectory(entry)) {
            into.add(entry);
            return;
        }
        try (JarFile jar = new JarFile(entry.toFile())) {
            into.add(entry);
            Manifest manifest = jar.getManifest();
            String more = manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            if (more != null && !more.isBlank()) {
                for (String name : WHITE_SPACE.split(more.strip(), -1)) {
                    local(entry, name).ifPresent(named -> expand(named, into));
                }
            }
        } catch (IOException e) {
            // No jar: nothing could be loaded from it here either.
        }
    }

    private static Optional<Path> local(Path jar, String name) {
        try {
            URI uri = jar.toUri().resolve(new URI(name));
            return "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri).normalize()) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isOwn(Path entry) {
        return Files.isDirectory(entry)
                ? Files.exists(entry.resolve("io/sheaf/Pool.class"))
                        || Files.exists(entry.resolve("io/sheaf/client/pool"))
                : OWN.matcher(entry.getFileName().toString()).matches();
    }
}
