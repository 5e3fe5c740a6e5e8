package io.sheaf.client.code;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.client.session.CodeFiles;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassPathBundleTest {
    private static final String HOME = System.getProperty("user.home");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @TempDir
    Path directory;

    private Path home;

    @BeforeEach
    void moveHome() throws IOException {
        home = Files.createDirectory(directory.resolve("home"));
        System.setProperty("user.home", home.toString());
    }

    @AfterEach
    void restore() {
        System.setProperty("user.home", HOME);
        System.setProperty("java.class.path", CLASS_PATH);
    }

    @Test
    void jarsAreUsedInPlaceAndInTheirOrder() throws IOException {
        Path first = jar("b.jar", "");
        Path second = jar("a.jar", "");

        assertThat(bundleOf(first, second)).containsExactly(first, second);
    }

    @Test
    void sheafItselfIsLeftOut() throws IOException {
        Path mine = jar("sheaf-client-tools.jar", "");
        Path classes = Files.createDirectories(directory.resolve("protocol/io/sheaf"));
        Files.createFile(classes.resolve("Pool.class"));

        assertThat(bundleOf(
                        jar("sheaf-client-0.1.0.jar", ""),
                        jar("sheaf-protocol-0.1.0.jar", ""),
                        jar("sheaf-node-0.1.0.jar", ""),
                        directory.resolve("protocol"),
                        mine))
                .containsExactly(mine);
    }

    @Test
    void whatAManifestNamesBelongsToTheClassPath() throws IOException {
        Path library = jar("library.jar", "");
        Path booter = jar("booter.jar", "library.jar missing.jar " + library.toUri() + " http://elsewhere/far.jar");

        assertThat(bundleOf(booter)).containsExactly(booter, library);
    }

    @Test
    void whatJavaIgnoresOnAClassPathIsIgnored() throws IOException {
        Path jar = jar("a.jar", "");
        Path text = Files.writeString(directory.resolve("notes.txt"), "no jar");

        assertThat(bundleOf(text, directory.resolve("missing.jar"), jar)).containsExactly(jar);
    }

    @Test
    void withoutAClassPathNothingIsBundled() throws IOException {
        System.setProperty("java.class.path", "");

        assertThat(ClassPathBundle.ofThisJvm().bundle().files()).isEmpty();
    }

    @Test
    void aClassDirectoryBecomesAJarOfItsFiles() throws IOException {
        Path classes = classes();

        assertThat(namesIn(bundleOf(classes).get(0))).containsExactly("com/acme/A.class", "com/acme/B.class", "x.txt");
    }

    @Test
    void aClassDirectoryBehindALinkIsPackedToo() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), classes());

        assertThat(namesIn(bundleOf(link).get(0))).contains("com/acme/A.class");
    }

    @Test
    void theSameContentsGiveTheSameJarWhereverAndWheneverPacked() throws IOException {
        Path once = bundleOf(classes()).get(0);
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            Files.setLastModifiedTime(classes().resolve("x.txt"), FileTime.from(Instant.EPOCH));
            assertThat(bundleOf(classes()).get(0)).isEqualTo(once);
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void aClassThatIsAddedLaterIsNoticed() throws IOException {
        Path classes = classes();
        Path before = bundleOf(classes).get(0);
        Files.writeString(classes.resolve("com/acme/C.class"), "c");

        assertThat(namesIn(bundleOf(classes).get(0))).contains("com/acme/C.class");
        assertThat(namesIn(before)).doesNotContain("com/acme/C.class");
    }

    @Test
    void aChangedJarGetsAnotherIdWhateverTheCacheSays() throws IOException {
        Path jar = old(Files.writeString(directory.resolve("a.jar"), "one"));
        CodeId one = idOf(jar);
        assertThat(idOf(jar)).isEqualTo(one);
        Files.writeString(jar, "three");

        assertThat(idOf(jar)).isEqualTo(CodeId.of(jar)).isNotEqualTo(one);
    }

    @Test
    void aDamagedCacheOfHashesIsNone() throws IOException {
        Path jar = old(Files.writeString(directory.resolve("a.jar"), "one"));
        CodeId right = idOf(jar);
        Path cache = home.resolve(".sheaf/hashes");
        assertThat(Files.readString(cache)).contains(right.sha256());
        for (byte[] damaged : List.of(new byte[] {(byte) 0xff, 0, 10, 7}, "short\n\n x\n".getBytes(UTF_8))) {
            Files.write(cache, damaged);
            assertThat(idOf(jar)).isEqualTo(right);
        }
        Files.writeString(cache, Files.readString(cache).replace(right.sha256(), "z".repeat(64)));
        assertThat(idOf(jar)).isEqualTo(right);
    }

    @Test
    void manyThreadsMayBundleAtOnce() throws Exception {
        Path classes = classes();
        Path jar = old(jar("a.jar", ""));
        List<CompletableFuture<List<CodeFile>>> bundles = new ArrayList<>();
        System.setProperty("java.class.path", classes + File.pathSeparator + jar);
        for (int i = 0; i < 8; i++) {
            bundles.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return ClassPathBundle.ofThisJvm().bundle().files();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        List<CodeFile> first = bundles.get(0).get(20, TimeUnit.SECONDS);
        for (CompletableFuture<List<CodeFile>> bundle : bundles) {
            assertThat(bundle.get(20, TimeUnit.SECONDS)).isEqualTo(first);
        }
    }

    @Test
    void whatIsKeptInTheHomeDirectoryIsForThisUserAlone() throws IOException {
        bundleOf(classes());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(".sheaf"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aHomeThatCannotBeWrittenIsNoObstacle() throws IOException {
        System.setProperty(
                "user.home", Files.createFile(directory.resolve("no-directory")).toString());
        Path jar = old(jar("a.jar", ""));

        List<Path> bundled = bundleOf(jar, classes());
        assertThat(bundled).startsWith(jar);
        assertThat(namesIn(bundled.get(1))).contains("com/acme/A.class");
    }

    @Test
    void givenJarsAreBundledAsTheyAre() throws IOException {
        Path own = jar("sheaf-cli-0.1.0.jar", "");
        CodeFiles files = ClassPathBundle.of(List.of(own));

        assertThat(files.bundle().files())
                .containsExactly(
                        new CodeFile(CodeId.of(own), own.getFileName().toString(), Files.size(own), own.toString()));
    }

    private static List<Path> bundleOf(Path... entries) throws IOException {
        System.setProperty(
                "java.class.path",
                String.join(
                        File.pathSeparator,
                        Stream.of(entries).map(Path::toString).toList()));
        CodeFiles files = ClassPathBundle.ofThisJvm();
        return files.bundle().files().stream()
                .map(file -> files.paths().get(file.id()))
                .toList();
    }

    private static CodeId idOf(Path jar) throws IOException {
        return ClassPathBundle.of(List.of(jar)).bundle().files().get(0).id();
    }

    /** Hashes of files that were just written are not kept, for they may be written again at once. */
    private static Path old(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    }

    private Path classes() throws IOException {
        Path classes = directory.resolve("classes");
        Path packaged = Files.createDirectories(classes.resolve("com/acme"));
        Files.writeString(packaged.resolve("A.class"), "a");
        Files.writeString(packaged.resolve("B.class"), "b");
        Files.writeString(classes.resolve("x.txt"), "x");
        return classes;
    }

    private Path jar(String name, String classPath) throws IOException {
        Path jar = directory.resolve(name);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!classPath.isEmpty()) {
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream jars = new JarOutputStream(out, manifest)) {
            jars.putNextEntry(new ZipEntry(name + ".txt"));
        }
        return jar;
    }

    private static List<String> namesIn(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }
}
