package io.sheaf.cli;

import io.sheaf.protocol.job.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the commands after {@code --} are run. */
final class CommandOptions {
    @Option(
            names = "--env",
            paramLabel = "NAME=VALUE",
            description = "Set a variable for the commands, beside those of the worker; may be repeated.")
    private List<String> environment = new ArrayList<>();

    @Option(
            names = "--cwd",
            paramLabel = "DIR",
            description = "Where the commands run; default: where the worker does.")
    private @Nullable String directory;

    /**
     * The command as typed; empty without one.
     *
     * @param isAlone whether nothing else says what to run
     */
    Optional<WorkChoice> choice(Optional<List<String>> words, boolean isAlone) {
        if (words.isEmpty()) {
            if (directory != null || !environment.isEmpty()) {
                throw new CliException(
                        ExitCode.USAGE, (directory != null ? "--cwd" : "--env") + " is for commands, as in -- gzip {}");
            }
            return Optional.empty();
        }
        if (words.get().isEmpty()) {
            throw new CliException(ExitCode.USAGE, "No command follows --; write one, as in -- gzip -9 {} ::: *.log");
        }
        if (!isAlone) {
            throw new CliException(
                    ExitCode.USAGE, "Name a function or a command after --, not both; --jar is for functions");
        }
        for (String variable : environment) {
            if (variable.indexOf('=') < 1) {
                throw new CliException(ExitCode.USAGE, "--env: '" + variable + "' sets nothing; write NAME=VALUE");
            }
        }
        return Optional.of(WorkChoice.of(new Work.Command(words.get(), environment, Optional.ofNullable(directory))));
    }
}
