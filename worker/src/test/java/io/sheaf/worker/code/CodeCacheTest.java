package io.sheaf.worker.code;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeCacheTest implements CodeCache.Listener {
    @TempDir
    private Path folder;

    private Path kept;
    private CodeCache cache;
    private final List<List<Path>> ready = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<CodeId> wanted = new ArrayList<>();

    @BeforeEach
    void begin() {
        kept = folder.resolve("code");
        cache = new CodeCache(kept, false, this);
    }

    @Override
    public void ready(CodeId bundle, List<Path> files) {
        ready.add(files);
    }

    @Override
    public void missing(CodeId bundle, String reason) {
        missing.add(reason);
    }

    @Override
    public void wanted(CodeId file) {
        wanted.add(file);
    }

    @Test
    void whatIsHereAlreadyIsUsedInPlace() throws IOException {
        Path jar = write("a.jar", "one");
        cache.require(bundle(file(jar, "one")));
        assertThat(ready).containsExactly(List.of(jar));
        assertThat(wanted).isEmpty();
    }

    @Test
    void aFileOfOtherContentIsNotTakenForIt() throws IOException {
        Path jar = write("a.jar", "two");
        cache.require(bundle(file(jar, "one")));
        assertThat(ready).isEmpty();
        assertThat(wanted).containsExactly(id("one"));
    }

    @Test
    void aFileThatIsReplacedIsLookedAtAgain() throws IOException {
        Path jar = write("a.jar", "one");
        cache.require(bundle(file(jar, "one")));
        Files.writeString(jar, "two");
        Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
        cache.require(bundle(file(jar, "one")));
        assertThat(ready).hasSize(1);
        assertThat(wanted).containsExactly(id("one"));
    }

    @Test
    void aTrustingCacheTakesAFileByItsSize() throws IOException {
        Path jar = write("a.jar", "two");
        new CodeCache(kept, true, this).require(bundle(file(jar, "one")));
        assertThat(ready).containsExactly(List.of(jar));
    }

    @Test
    void whatIsNotHereIsFetchedOnceAndKept() throws IOException {
        Bundle bundle = bundle(file(folder.resolve("gone.jar"), "one"), file(write("b.jar", "bee"), "bee"));
        cache.require(bundle);
        cache.require(bundle);
        assertThat(wanted).containsExactly(id("one"));
        send("one", "o", false);
        assertThat(ready).isEmpty();
        send("one", "ne", true);
        assertThat(ready).hasSize(1);
        assertThat(ready.get(0).get(0)).hasContent("one").hasParent(kept);
        assertThat(ready.get(0).get(1)).isEqualTo(folder.resolve("b.jar"));
        new CodeCache(kept, false, this).require(bundle);
        assertThat(ready).as("also by the next process").hasSize(2);
        assertThat(wanted).hasSize(1);
    }

    @Test
    void oneFileServesAllBundlesThatWaitForIt() {
        CodeFile shared = file(folder.resolve("gone.jar"), "one");
        cache.require(bundle(shared));
        cache.require(bundle(shared, shared));
        assertThat(wanted).hasSize(1);
        send("one", "one", true);
        assertThat(ready).hasSize(2);
    }

    @Test
    void whatArrivesWrongIsAskedForOnceMoreAndThenGivenUp() throws IOException {
        cache.require(bundle(file(folder.resolve("gone.jar"), "one")));
        send("one", "bad", true);
        assertThat(wanted).hasSize(2);
        assertThat(missing).isEmpty();
        send("one", "bad", true);
        assertThat(missing).hasSize(1);
        assertThat(missing.get(0)).contains("SHA-256");
        assertThat(files()).as("nothing stays behind").isEmpty();
    }

    @Test
    void codeThatWasGivenUpCanBeAskedForAgain() {
        Bundle bundle = bundle(file(folder.resolve("gone.jar"), "one"));
        cache.require(bundle);
        send("one", "bad", true);
        send("one", "bad", true);
        cache.require(bundle);
        send("one", "bad", true);
        send("one", "one", true);
        assertThat(ready).hasSize(1);
        assertThat(missing).hasSize(1);
    }

    @Test
    void whatWasOnItsWayIsAskedForAgainFromTheNextCoordinator() throws IOException {
        cache.require(bundle(file(folder.resolve("gone.jar"), "one")));
        send("one", "o", false);
        cache.askAgain();
        assertThat(wanted).hasSize(2);
        send("one", "one", true);
        assertThat(ready).hasSize(1);
        assertThat(files()).hasSize(1);
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidToBeSo() throws IOException {
        write("code", "a file in the place of the folder");
        cache.require(bundle(file(folder.resolve("gone.jar"), "one"), file(folder.resolve("gone2.jar"), "two")));
        assertThat(missing).hasSize(1);
        assertThat(missing.get(0)).contains(kept.toString());
    }

    @Test
    void aPathThatThisSystemCannotHaveIsNotHere() {
        CodeFile file = new CodeFile(id("one"), "a.jar", 3, "C:\\a\0.jar");
        cache.require(bundle(file));
        assertThat(wanted).containsExactly(id("one"));
    }

    @Test
    void aBundleOfNoFilesIsReady() {
        cache.require(bundle());
        assertThat(ready).containsExactly(List.of());
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private void send(String content, String part, boolean last) {
        cache.arrived(id(content), Bytes.wrap(part.getBytes(UTF_8)), last);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(kept)) {
            return files.toList();
        }
    }

    private static Bundle bundle(CodeFile... files) {
        return new Bundle(List.of(files));
    }

    private static CodeFile file(Path path, String content) {
        return new CodeFile(id(content), path.getFileName().toString(), content.length(), path.toString());
    }

    private static CodeId id(String content) {
        var digest = CodeId.newDigest();
        digest.update(content.getBytes(UTF_8));
        return CodeId.of(digest);
    }
}
