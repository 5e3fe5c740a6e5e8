package io.sheaf.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandTemplateTest {

    /** What GNU parallel 20221122 makes of these. */
    @ParameterizedTest
    @CsvSource({
        "a.b/c, a.b/c, c, a.b, c",
        ".bashrc, '', .bashrc, ., ''",
        "a/b.c.d, a/b.c, b.c.d, a, b.c",
        "a/, a/, '', ., ''",
        "/, /, '', /, ''",
        "/a, /a, a, /, a",
        "a/.x, a/, .x, a, ''",
        "x., x, x., ., x",
        "a b, a b, a b, ., a b",
        "a//b.tar.gz, a//b.tar, b.tar.gz, a, b.tar",
        "./x, ./x, x, ., x",
        "../y.z, ../y, y.z, .., y",
        "'', '', '', ., ''",
        "a/b/, a/b/, '', a, ''"
    })
    void partsOfAnItemAreThoseOfGnuParallel(
            String item, String noExtension, String name, String directory, String stem) {
        CommandTemplate template = new CommandTemplate(List.of("x", "{}", "{.}", "{/}", "{//}", "{/.}", "{#}"));

        assertThat(template.of(item, 6)).containsExactly("x", item, noExtension, name, directory, stem, "7");
    }

    @Test
    void aCommandWithoutAPlaceHasTheItemAppended() {
        assertThat(new CommandTemplate(List.of("gzip", "-9")).of("a b", 0)).containsExactly("gzip", "-9", "a b");
        assertThat(new CommandTemplate(List.of("echo", "{#}")).of("a", 0)).containsExactly("echo", "1");
        assertThat(new CommandTemplate(List.of("echo", "{x}{")).of("a", 0)).containsExactly("echo", "{x}{", "a");
    }

    @Test
    void placesMayBePartsOfWordsAndOfTheCommandItself() {
        assertThat(new CommandTemplate(List.of("./{/.}.sh", "--in={}", "{}{}")).of("d/a.x", 0))
                .containsExactly("./a.sh", "--in=d/a.x", "d/a.xd/a.x");
    }

    @Test
    void whatAnItemHoldsIsNotExpandedAgain() {
        assertThat(new CommandTemplate(List.of("echo", "{}", "{#}")).of("{#} $1 \\", 0))
                .containsExactly("echo", "{#} $1 \\", "1");
    }

    @Test
    void noCommandIsRefused() {
        List<String> some = List.of("x");
        assertThatThrownBy(() -> new Work.Command(List.of(), List.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Work.Command(some, List.of("=x"), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Work.Command(some, List.of(), Optional.of("a\0b")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CommandTemplate(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLineIsReadByAShellAsTheSameWords() {
        assertThat(CommandTemplate.line(List.of("echo", "it's", "a b", "", "$x", "x=1,y:/z.t", "a\nb")))
                .isEqualTo("echo 'it'\\''s' 'a b' '' '$x' x=1,y:/z.t 'a\nb'");
        assertThat(CommandTemplate.line(List.of("x=1", "y=2"))).isEqualTo("'x=1' y=2");
    }

    @Test
    void aResultComesBackAsItWas() throws Exception {
        CommandResult.Run run = new CommandResult.Run(12, 34, 2, new WorkerId("w".repeat(100)));
        byte[] stdout = {0, -1, 10};

        byte[] result = CommandResult.bytes(run, 3);
        System.arraycopy(stdout, 0, result, result.length - 3, 3);

        assertThat(CommandResult.of(result)).isEqualTo(new CommandResult(run, Bytes.wrap(stdout)));
        assertThatThrownBy(() -> CommandResult.of(new byte[0])).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> CommandResult.of(new byte[] {9, 1})).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aFailedCommandSaysItsCodeOrItsSignal() {
        assertThat(new Failure.Exited(3, 0, "", List.of("oh"), 1).headline()).isEqualTo("exit code 3");
        assertThat(new Failure.Exited(0, 11, "", List.of(), 1).headline()).isEqualTo("killed by SIGSEGV");
        assertThat(new Failure.Exited(0, 50, "", List.of(), 1).headline()).isEqualTo("killed by signal 50");
        assertThat(new Failure.Exited(127, 0, "there is no command x", List.of(), 0).headline())
                .isEqualTo("there is no command x");
    }
}
