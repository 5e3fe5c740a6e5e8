package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkChoiceTest {
    @TempDir
    static Path folder;

    private static Path jar = Path.of("");

    @BeforeAll
    static void compile() throws IOException {
        jar = TestJar.tasks(folder);
    }

    private static String refusal(String what, Path... jars) {
        CliException refusal = catchThrowableOfType(CliException.class, () -> WorkChoice.of(what, List.of(jars)));
        assertThat(refusal).as(what).isNotNull();
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.REJECTED);
        assertThat(refusal.getMessage()).doesNotContain("\n");
        return String.valueOf(refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"com.acme.Tasks$Plain", "com.acme.Tasks$Remote"})
    void aFunctionWithAPublicConstructorIsWork(String what) {
        WorkChoice choice = WorkChoice.of(what, List.of(jar));
        assertThat(choice.work()).isEqualTo(new Work.Named(what, Optional.empty()));
        assertThat(choice.code().paths()).containsValue(jar.toAbsolutePath());
    }

    @ParameterizedTest
    @ValueSource(strings = {"count", "path", "wide"})
    void aStaticMethodOfAnItemIsWorkAndItsClassIsNotInitialized(String method) {
        assertThat(WorkChoice.of("com.acme.Tasks::" + method, List.of(jar)).work())
                .isEqualTo(new Work.Named("com.acme.Tasks", Optional.of(method)));
    }

    @ParameterizedTest
    @CsvSource({
        "com.acme.Tasks, is neither an io.sheaf.RemoteFunction nor",
        "com.acme.Tasks$Curried, needs a public constructor without parameters",
        "com.acme.Tasks$Half, must be public and not abstract",
        "com.acme.Tasks$Hidden, must be public and not abstract",
        "com.acme.Tasks::cuont, did you mean count?",
        "com.acme.Tasks::nothingLikeThat, static are both",
        "com.acme.Tasks::instance, is not static",
        "com.acme.Tasks::none, must have exactly one parameter",
        "com.acme.Tasks::two, 'one parameter, the item; it has 2'",
        "com.acme.Tasks::both, is 2 methods with one parameter",
        "com.acme.Tasks::thread, takes a java.lang.Thread",
    })
    void whatCannotBeWorkIsRefusedInALineThatSaysWhy(String what, String why) {
        assertThat(refusal(what, jar)).contains(why);
    }

    @Test
    void aMissingClassNamesTheJarsAndWhatMayHaveBeenMeant() {
        assertThat(refusal("com.acme.Missing", jar))
                .contains("There is no class com.acme.Missing in " + jar)
                .contains("--jar");
        assertThat(refusal("org.other.Task", jar)).contains("did you mean com.acme.Tasks?");
        assertThat(refusal("com.acme.Tasks.Plain", jar)).contains("did you mean com.acme.Tasks$Plain?");
    }

    @Test
    void aJarThatIsMissingOrNoneIsNamed() throws IOException {
        assertThat(refusal("com.acme.Tasks", folder.resolve("none.jar"))).contains("There is no jar " + folder);
        Path text = Files.writeString(folder.resolve("text.jar"), "no zip");
        assertThat(refusal("com.acme.Tasks", text)).contains(text + " is no jar");
    }
}
