package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CliMainTest {
    private static final List<String> COMMANDS = List.of(
            "map",
            "submit",
            "jobs",
            "job",
            "wait",
            "results",
            "logs",
            "cancel",
            "retry",
            "explain",
            "replay",
            "workers",
            "drain",
            "top",
            "info",
            "doctor",
            "completion",
            "version");

    private static Typed run(String... arguments) {
        return Typed.run(new FakeCluster(), arguments);
    }

    @Test
    void theExitCodesAreThoseOfTheContract() {
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::code)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 130);
    }

    @Test
    void helpFitsAScreenAndNamesEveryCommandWithExamples() {
        for (String[] asked : List.of(new String[] {"--help"}, new String[] {"help"}, new String[] {"-h"})) {
            Typed help = run(asked);
            assertThat(help.exitCode()).isZero();
            assertThat(help.err()).isEmpty();
            assertThat(help.out().lines()).hasSizeLessThanOrEqualTo(24);
            assertThat(help.out()).contains(COMMANDS).contains("Examples:");
        }
    }

    @Test
    void everyCommandHasHelpInBothWays() {
        for (String command : COMMANDS) {
            Typed help = run(command, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).startsWith("Usage: sheaf " + command).contains("--json", "--verbose");
            assertThat(run("help", command)).isEqualTo(help);
        }
    }

    @Test
    void withoutACommandTheUsageGoesToStderr() {
        Typed nothing = run();
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.out()).isEmpty();
        assertThat(nothing.err()).startsWith("Usage: sheaf").contains(COMMANDS);
    }

    @Test
    void theOptionsOfACommandStandUnderHeadings() {
        assertThat(run("map", "--help").out())
                .containsSubsequence(
                        "What is run, over which items:",
                        "--range",
                        "How items are run:",
                        "--retries",
                        "General:",
                        "--help");
    }

    @Test
    void aTypoIsAUsageErrorThatSuggestsWhatWasMeant() {
        Typed command = run("workrs");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).startsWith("sheaf: ").contains("workers");
        Typed option = run("map", "primes", "--rang", "1..2");
        assertThat(option.exitCode()).isEqualTo(2);
        assertThat(option.err()).startsWith("sheaf: ").contains("--range");
    }

    @Test
    void wordsAfterColonsBelongToMapAndSubmitOnly() {
        assertThat(run("jobs", ":::", "a").exitCode()).isEqualTo(2);
        assertThat(run("job", "seven").exitCode()).isEqualTo(2);
    }

    @Test
    void stackTracesAppearOnlyWhenAskedFor() {
        assertThat(run("job", "9").err()).doesNotContain("\tat ");
        assertThat(run("job", "9", "--verbose").err()).contains("\tat ");
        assertThat(run("--verbose", "job", "9").err()).contains("sheaf: ");
    }

    @Test
    void theVersionNeedsNoCoordinator() {
        FakeCluster nobody = new FakeCluster().cannotBeReached("no");
        String java = Runtime.version().toString();
        Typed text = Typed.run(nobody, "version");
        assertThat(text.exitCode()).isZero();
        assertThat(text.out()).matches("sheaf \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\n");
        String version = text.out().split(" ", 3)[1];
        assertThat(Typed.run(nobody, "version", "--json").out())
                .isEqualTo("{\"version\":\"" + version + "\",\"java\":\"" + java + "\"}\n");
    }
}
