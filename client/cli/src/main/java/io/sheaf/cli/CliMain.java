package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.RequestFailedException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The main of the command line. */
@Command(
        name = "sheaf",
        description = "Bundle work, spread it over every core of every host, gather the results.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "Work:     map WHAT ITEMS              run it over items, here and now",
            "          submit WHAT ITEMS           the same in the background",
            "Jobs:     jobs | job ID               all; one (ID is a number, or `last`)",
            "          wait ID | results ID        until its end; what came of it",
            "          logs ID [-f]                what its tasks printed",
            "          cancel ID | retry ID        stop it; run again what failed",
            "          job forget ID               its results are not wanted any more",
            "          explain ID                  why it waits, or what went wrong",
            "          replay ID ITEM [--debug]    one item again, on this machine",
            "Cluster:  workers | drain WORKER      all; let one end",
            "          top | info | doctor         watch it; describe it; find what is wrong",
            "          coordinator | worker --join HOST | local [--workers N]   its processes",
            "Tool:     version | completion bash|zsh|fish | help COMMAND",
            "Examples:",
            "  sheaf map primes --local 2 --range 1..100",
            "  sheaf map csv-summary --local 2 --glob 'data/*.csv'",
            "  sheaf submit com.acme.Wc::count --jar wc.jar --items files.txt",
            "  sheaf map Wc.java::count --local 4 ::: a.txt b.txt"
        })
public final class CliMain implements Callable<Integer> {
    private static final String WORDS_FOLLOW = ":::";
    private static final String COMMAND_FOLLOWS = "--";

    private final Console console;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // read by picocli
    private boolean help;

    private CliMain(Console console) {
        this.console = console;
    }

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> endAtOnce(e));
        System.exit(run(Console.ofProcess(), Connector.real(), arguments));
    }

    /** Without the thread that it ended nothing goes on, and nobody would be told. */
    private static void endAtOnce(Throwable e) {
        try {
            System.err.println("sheaf: unexpected, and what it runs here is cancelled: " + e);
        } finally {
            Runtime.getRuntime().halt(ExitCode.ITEMS_FAILED.code());
        }
    }

    static int run(Console console, Connector connector, String... arguments) {
        List<String> all = Arrays.asList(arguments);
        int colons = all.indexOf(WORDS_FOLLOW);
        List<String> unworded = colons < 0 ? all : all.subList(0, colons);
        int dashes = takesWork(all) ? unworded.indexOf(COMMAND_FOLLOWS) : -1;
        Optional<List<String>> words = after(colons, all);
        Optional<List<String>> command = after(dashes, unworded);
        String[] rest = (dashes < 0 ? unworded : unworded.subList(0, dashes)).toArray(String[]::new);
        if (rest.length > 0 && rest[0].equals("help")) {
            // `sheaf help map` is `sheaf map --help`.
            System.arraycopy(rest, 1, rest, 0, rest.length - 1);
            rest[rest.length - 1] = "--help";
        }
        CliMain main = new CliMain(console);
        try {
            main.checkShape(rest, words.isPresent());
        } catch (CliException e) {
            return main.failed(e);
        }
        Map<String, Supplier<Object>> commands = commands(new Invocation(console, connector, words, command));
        try {
            return main.commandLine(rest, commands).execute(rest);
        } catch (NoClassDefFoundError e) {
            return main.failed(new CliException(
                    ExitCode.REJECTED,
                    "The Java at " + System.getProperty("java.home") + " is not complete: it has no " + e.getMessage()
                            + "; set JAVA_HOME to a JDK, or to a JRE with all its modules"));
        }
    }

    private static Map<String, Supplier<Object>> commands(Invocation invocation) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("map", () -> new MapCommand(invocation));
        commands.put("submit", () -> new SubmitCommand(invocation));
        commands.put("jobs", () -> new JobsCommand(invocation));
        commands.put("job", () -> new JobCommand(invocation));
        commands.put("wait", () -> new WaitCommand(invocation));
        commands.put("results", () -> new ResultsCommand(invocation));
        commands.put("logs", () -> new LogsCommand(invocation));
        commands.put("cancel", () -> new CancelCommand(invocation));
        commands.put("retry", () -> new RetryCommand(invocation));
        commands.put("explain", () -> new ExplainCommand(invocation));
        commands.put("replay", () -> new ReplayCommand(invocation));
        commands.put("workers", () -> new WorkersCommand(invocation));
        commands.put("drain", () -> new DrainCommand(invocation));
        commands.put("top", () -> new TopCommand(invocation));
        commands.put("info", () -> new InfoCommand(invocation));
        commands.put("doctor", () -> new DoctorCommand(invocation));
        commands.put("completion", () -> new CompletionCommand(invocation, () -> whole(invocation)));
        commands.put("version", () -> new VersionCommand(invocation));
        return commands;
    }

    /** The whole command line, for what describes it. */
    static CommandLine whole(Invocation invocation) {
        CommandLine commandLine = new CommandLine(new CliMain(invocation.console()));
        commands(invocation).forEach((name, command) -> commandLine.addSubcommand(name, command.get()));
        return Usage.grouped(commandLine);
    }

    /** Only the command that is asked for is looked into, since that costs time; all of them for help and for typos. */
    private CommandLine commandLine(String[] arguments, Map<String, Supplier<Object>> commands) {
        CommandLine commandLine = new CommandLine(this);
        String first = arguments.length == 0 ? "" : arguments[0];
        commands.forEach((name, command) -> {
            if (name.equals(first) || !commands.containsKey(first)) {
                commandLine.addSubcommand(name, command.get());
            }
        });
        boolean helps =
                List.of(arguments).contains("--help") || List.of(arguments).contains("-h");
        return (helps || arguments.length == 0 ? Usage.grouped(commandLine) : commandLine)
                .setOut(new PrintWriter(new OutputStreamWriter(console.out(), StandardCharsets.UTF_8), true))
                .setErr(new PrintWriter(new OutputStreamWriter(console.err(), StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler((e, args) -> usageError(e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(console.err());
        return ExitCode.USAGE.code();
    }

    private static boolean takesWork(List<String> arguments) {
        return arguments.stream()
                .filter(argument -> !argument.startsWith("-"))
                .findFirst()
                .filter(command -> command.equals("map") || command.equals("submit"))
                .isPresent();
    }

    private static Optional<List<String>> after(int mark, List<String> arguments) {
        return mark < 0 ? Optional.empty() : Optional.of(List.copyOf(arguments.subList(mark + 1, arguments.size())));
    }

    private void checkShape(String[] arguments, boolean words) {
        if (words && !takesWork(List.of(arguments))) {
            throw new CliException(ExitCode.USAGE, "Only `sheaf map` and `sheaf submit` take items after :::");
        }
    }

    private int usageError(CommandLine.ParameterException e) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("sheaf: " + e.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("`" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help` shows what there is");
        }
        return ExitCode.USAGE.code();
    }

    private int failed(Exception e) {
        ExitCode code = codeOf(e);
        boolean known = e instanceof CliException || code != ExitCode.ITEMS_FAILED;
        console.err().println("sheaf: " + (known ? e.getMessage() : "unexpected: " + e + "; --verbose shows where"));
        if (verbose) {
            e.printStackTrace(console.err());
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
                case UNKNOWN_JOB, UNKNOWN_ITEM, UNKNOWN_WORKER -> ExitCode.NOT_FOUND;
                case NOT_AUTHENTICATED -> ExitCode.NOT_ALLOWED;
                case REJECTED, VERSION, NO_ROOM -> ExitCode.REJECTED;
                case SHUTTING_DOWN -> ExitCode.UNREACHABLE;
            };
        }
        return ExitCode.ITEMS_FAILED;
    }
}
