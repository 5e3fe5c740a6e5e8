package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFileTest {
    @TempDir
    Path folder;

    private Path source = Path.of("");

    @BeforeEach
    void write() throws IOException {
        source = Files.writeString(folder.resolve("Wc.java"), """
                package org.me;

                public class Wc implements io.sheaf.RemoteFunction<String, Integer> {
                    public Integer apply(String item) { return count(item); }

                    public static int count(String item) { return item.length(); }
                }
                """);
    }

    private static String refusal(String what) {
        CliException refusal = catchThrowableOfType(CliException.class, () -> WorkChoice.of(what, List.of()));
        assertThat(refusal).as(what).isNotNull();
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.REJECTED);
        return String.valueOf(refusal.getMessage());
    }

    @Test
    void itsClassOrAMethodOfItIsWork() {
        assertThat(WorkChoice.of(source.toString(), List.of()).work())
                .isEqualTo(new Work.Named("org.me.Wc", Optional.empty()));
        WorkChoice method = WorkChoice.of(source + "::count", List.of());
        assertThat(method.work()).isEqualTo(new Work.Named("org.me.Wc", Optional.of("count")));
        assertThat(method.code().bundle().files()).hasSize(1);
    }

    @Test
    void theSameSourceMakesTheSameCodeSoThatItIsSentOnce() {
        assertThat(WorkChoice.of(source.toString(), List.of()).code().bundle().id())
                .isEqualTo(WorkChoice.of(source + "::count", List.of())
                        .code()
                        .bundle()
                        .id());
    }

    @Test
    void mayUseClassesOfTheJarsThatAreNamed() throws IOException {
        Path jar = TestJar.tasks(folder);
        Path user = Files.writeString(folder.resolve("User.java"), """
                public class User {
                    public static int count(String item) { return com.acme.Tasks.count(item); }
                }
                """);
        WorkChoice choice = WorkChoice.of(user + "::count", List.of(jar));
        assertThat(choice.work()).isEqualTo(new Work.Named("User", Optional.of("count")));
        assertThat(choice.code().bundle().files()).hasSize(2);
    }

    @Test
    void whatTheCompilerSaysIsSaidWithTheLine() throws IOException {
        Path wrong = Files.writeString(folder.resolve("Wrong.java"), "public class Wrong {\n    int x = \"a\";\n}\n");
        assertThat(refusal(wrong.toString()))
                .startsWith(wrong + " does not compile:\n")
                .contains("Wrong.java:2: error: incompatible types", "int x = \"a\";", "1 error");
    }

    @Test
    void aMissingFileAnotherClassOrMethodIsNamed() throws IOException {
        assertThat(refusal("None.java")).contains("There is no readable source file None.java");
        Path other = Files.writeString(folder.resolve("Other.java"), "class Another {}");
        assertThat(refusal(other.toString())).contains("declares no class Other");
        assertThat(refusal(source + "::cuont")).contains("did you mean count?");
    }
}
