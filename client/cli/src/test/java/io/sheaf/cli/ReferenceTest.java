package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The reference in {@code doc} says what the command line says of itself; what follows there is not of this module. */
class ReferenceTest {
    private static final Path PAGE = Path.of("..", "..", "doc", "commands.md");
    private static final String PROCESSES = "\n## sheaf coordinator\n";

    private static String page() {
        Console nowhere = new Console(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                false);
        CommandLine all = CliMain.whole(new Invocation(nowhere, new FakeCluster(), Optional.empty(), Optional.empty()));
        StringBuilder page = new StringBuilder("""
                # The command line

                What `sheaf COMMAND --help` says of every command; those that start the processes of a cluster come last.
                This page is generated: `mvn -pl client/cli,deploy/launcher -am test -Dtest=*ReferenceTest
                -Dsheaf.reference=write -Dsurefire.failIfNoSpecifiedTests=false` writes it anew.

                ## sheaf

                ```
                """);
        page.append(all.getUsageMessage(Ansi.OFF)).append("```\n\n## Exit codes\n\n| code | means |\n|---|---|\n");
        for (ExitCode code : ExitCode.values()) {
            page.append("| ")
                    .append(code.code())
                    .append(" | ")
                    .append(code.meaning())
                    .append(" |\n");
        }
        all.getSubcommands()
                .forEach((name, command) -> page.append("\n## sheaf ")
                        .append(name)
                        .append("\n\n```\n")
                        .append(command.getUsageMessage(Ansi.OFF))
                        .append("```\n"));
        return page.toString().replaceAll("(?m)[ \\t]+$", "");
    }

    @Test
    void thePageIsWhatTheCommandsSayOfThemselves() throws IOException {
        String written = Files.readString(PAGE);
        int end = written.indexOf(PROCESSES);
        String rest = end < 0 ? "" : written.substring(end);
        if ("write".equals(System.getProperty("sheaf.reference"))) {
            Files.writeString(PAGE, page() + rest);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page() + rest);
    }
}
