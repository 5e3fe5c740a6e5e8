package io.sheaf.launcher;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The main of Sheaf's own processes. */
@Command(
        name = "sheaf",
        subcommands = {CoordinatorCommand.class, WorkerCommand.class, LocalCommand.class},
        description = "Starts the processes of a cluster.")
public final class LauncherMain {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private LauncherMain() {}

    /** With all commands. */
    static CommandLine commandLine() {
        return new CommandLine(new LauncherMain());
    }

    /** Runs a process until it ends or is told to. */
    public static void main(String[] arguments) {
        int code = commandLine()
                .setParameterExceptionHandler((e, args) -> {
                    System.err.println("sheaf: " + e.getMessage());
                    return 2;
                })
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    System.err.println("sheaf: " + e.getMessage());
                    if (System.getenv("SHEAF_DEBUG") != null) {
                        e.printStackTrace();
                    }
                    return 2;
                })
                .execute(arguments);
        // Threads of libraries must not keep a process alive that has ended.
        Runtime.getRuntime().halt(code);
    }
}
