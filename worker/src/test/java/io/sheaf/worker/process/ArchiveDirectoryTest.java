package io.sheaf.worker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveDirectoryTest {
    @TempDir
    Path folder;

    @BeforeEach
    void onlyForThisUser() throws IOException {
        allow(folder, "rwx------");
    }

    private static void allow(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static Archive make(ArchiveDirectory directory, String name, String content) throws IOException {
        directory.keep(Files.writeString(directory.part(name), content), name);
        return Objects.requireNonNull(directory.find(name));
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void whatIsKeptIsFoundAgainAndNothingElse() throws IOException {
        ArchiveDirectory directory = ArchiveDirectory.in(folder.resolve("cache").resolve("sheaf"));
        assertThat(directory.find("executor-1-")).isNull();
        Archive made = make(directory, "executor-1-", "classes");
        assertThat(made.file()).hasContent("classes").hasParent(folder.resolve("cache/sheaf"));
        assertThat(made.isAsItWas()).isTrue();
        assertThat(directory.find("executor-2-")).isNull();
        assertThat(Files.getPosixFilePermissions(made.file().getParent())).hasSize(3);
    }

    @Test
    void aFileThatIsCutShortOrDamagedIsDeletedAndNeverGivenToAJvm() throws IOException {
        ArchiveDirectory directory = ArchiveDirectory.in(folder);
        for (String damaged : new String[] {"", "class", "clasSes"}) {
            Archive made = make(directory, "executor-1-", "classes");
            Files.writeString(made.file(), damaged);
            assertThat(directory.find("executor-1-")).isNull();
            assertThat(made.file()).doesNotExist();
        }
    }

    @Test
    void anArchiveThatIsReplacedOrGoneIsUsedNoMore() throws IOException {
        ArchiveDirectory directory = ArchiveDirectory.in(folder);
        Archive made = make(directory, "executor-1-", "classes");
        Files.move(made.file(), folder.resolve("moved"));
        assertThat(made.isAsItWas()).isFalse();
        Files.writeString(made.file(), "CLASSES");
        assertThat(made.isAsItWas()).isFalse();
    }

    @Test
    void aPlaceWhereOthersCanWriteIsRefused() throws IOException {
        Path above = Files.createDirectory(folder.resolve("above"));
        Path directory = Files.createDirectory(above.resolve("sheaf"));
        allow(directory, "rwxr-x---");
        assertThatThrownBy(() -> ArchiveDirectory.in(directory)).hasMessageContaining("0700");
        allow(directory, "rwx------");
        allow(above, "rwxrwxrwx");
        assertThatThrownBy(() -> ArchiveDirectory.in(directory))
                .hasMessageContaining("others could replace")
                .hasMessageContaining("above");
        allow(above, "rwx------");
        assertThat(ArchiveDirectory.in(directory).find("executor-")).isNull();
    }

    @Test
    void theOnesNotUsedForLongestMakeRoomAndLeftoversGo() throws IOException {
        ArchiveDirectory directory = ArchiveDirectory.in(folder);
        Files.writeString(folder.resolve("executor-0-.part"), "left by a process that was killed");
        for (int i = 0; i < 6; i++) {
            Archive made = make(directory, "executor-" + i + "-", "classes " + i);
            Files.setLastModifiedTime(made.file(), FileTime.fromMillis(1_000_000L * (i + 1)));
        }
        assertThat(files(folder)).hasSize(6);
        assertThat(directory.find("executor-0-")).isNotNull();
        make(directory, "executor-6-", "classes 6");
        assertThat(files(folder)).hasSize(6);
        assertThat(directory.find("executor-0-")).isNotNull();
        assertThat(directory.find("executor-1-")).isNull();
    }

    @Test
    void theNameChangesWithTheJarsAndADirectoryHasNone() throws IOException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "one");
        String key = Archive.key(List.of(jar));
        assertThat(Archive.key(List.of(jar))).isEqualTo(key);
        FileTime time = Files.getLastModifiedTime(jar);
        Files.writeString(jar, "two");
        Files.setLastModifiedTime(jar, time);
        assertThat(Archive.key(List.of(jar))).isNotEqualTo(key);
        assertThatThrownBy(() -> Archive.key(List.of(jar, folder))).hasMessageContaining("is no jar");
    }
}
