package io.sheaf.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

/** The reference in {@code doc} ends with what the commands say of themselves that start processes. */
class ProcessReferenceTest {
    private static final Path PAGE = Path.of("..", "..", "doc", "commands.md");
    private static final String FIRST = "\n## sheaf coordinator\n";

    private static String section() {
        StringBuilder page = new StringBuilder();
        LauncherMain.commandLine()
                .getSubcommands()
                .forEach((name, command) -> page.append("\n## sheaf ")
                        .append(name)
                        .append("\n\n```\n")
                        .append(command.getUsageMessage(Ansi.OFF))
                        .append("```\n"));
        return page.toString().replaceAll("(?m)[ \\t]+$", "");
    }

    @Test
    void thePageEndsWithWhatTheProcessesSayOfThemselves() throws IOException {
        String written = Files.readString(PAGE);
        int start = written.indexOf(FIRST);
        if ("write".equals(System.getProperty("sheaf.reference"))) {
            Files.writeString(PAGE, (start < 0 ? written : written.substring(0, start)) + section());
        }
        String page = Files.readString(PAGE);
        assertThat(page.substring(Math.max(0, page.indexOf(FIRST)))).isEqualTo(section());
    }
}
