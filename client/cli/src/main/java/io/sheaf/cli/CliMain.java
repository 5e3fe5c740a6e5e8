package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.RequestFailedException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The main of the command line. */
@Command(
        name = "sheaf",
        description = "Bundle work, spread it over every core of every host, gather the results.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            MapCommand.class,
            SubmitCommand.class,
            JobsCommand.class,
            JobCommand.class,
            WaitCommand.class,
            ResultsCommand.class,
            LogsCommand.class,
            CancelCommand.class,
            WorkersCommand.class,
            InfoCommand.class,
            VersionCommand.class
        },
        footer = {
            "",
            "Processes: sheaf coordinator | worker --join HOST | local [--workers N]",
            "",
            "Examples:",
            "  sheaf map primes --local 2 --range 1..100",
            "  sheaf map csv-summary --local 2 --glob 'data/*.csv'",
            "  sheaf submit com.acme.Wc --jar wc.jar --items files.txt"
        })
public final class CliMain implements Callable<Integer> {
    private final @Nullable List<String> words;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private CliMain(@Nullable List<String> words) {
        this.words = words;
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        List<String> all = Arrays.asList(arguments);
        int colons = all.indexOf(":::");
        List<String> words = colons < 0 ? null : List.copyOf(all.subList(colons + 1, all.size()));
        String[] rest = (colons < 0 ? all : all.subList(0, colons)).toArray(String[]::new);
        if (rest.length > 0 && rest[0].equals("help")) {
            // `sheaf help map` is `sheaf map --help`.
            System.arraycopy(rest, 1, rest, 0, rest.length - 1);
            rest[rest.length - 1] = "--help";
        }
        CliMain main = new CliMain(words);
        CommandLine commandLine = new CommandLine(main)
                .setParameterExceptionHandler((e, args) -> usageError(e))
                .setExecutionExceptionHandler((e, command, parsed) -> main.failed(e));
        return commandLine.execute(rest);
    }

    @Override
    public Integer call() {
        new CommandLine(this).usage(System.err);
        return ExitCode.USAGE.code();
    }

    /** What stands after {@code :::}; null without it. */
    @Nullable
    List<String> words() {
        return words;
    }

    private static int usageError(CommandLine.ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("sheaf: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("`" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help` shows what there is");
        }
        return ExitCode.USAGE.code();
    }

    private int failed(Exception e) {
        ExitCode code = codeOf(e);
        boolean known = code != ExitCode.ITEMS_FAILED;
        System.err.println("sheaf: " + (known ? e.getMessage() : "unexpected: " + e + "; --verbose shows where"));
        if (verbose) {
            e.printStackTrace();
        }
        return code.code();
    }

    private static ExitCode codeOf(Exception e) {
        if (e instanceof CliException cli) {
            return cli.exitCode();
        }
        if (e instanceof ClusterUnreachableException) {
            return ExitCode.UNREACHABLE;
        }
        if (e instanceof RequestFailedException refused) {
            return switch (refused.problem()) {
                case UNKNOWN_JOB -> ExitCode.NOT_FOUND;
                case NOT_AUTHENTICATED -> ExitCode.NOT_ALLOWED;
                case REJECTED, VERSION -> ExitCode.REJECTED;
                case SHUTTING_DOWN -> ExitCode.UNREACHABLE;
            };
        }
        return ExitCode.ITEMS_FAILED;
    }
}
