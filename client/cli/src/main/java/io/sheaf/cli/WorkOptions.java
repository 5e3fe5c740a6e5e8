package io.sheaf.cli;

import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** WHAT and ITEMS, and how to run them. */
final class WorkOptions {
    @Parameters(
            paramLabel = "WHAT",
            arity = "0..1",
            description = "A built-in (csv-summary, fetch, primes, word-count), a class, CLASS::METHOD,"
                    + " a source file of one (Wc.java, Wc.java::count),"
                    + " or -- COMMAND ARG... with {} {.} {/} {//} {/.} {#} for the item.")
    private @Nullable String what;

    @Option(names = "--jar", paramLabel = "FILE", description = "A jar that WHAT needs; may be repeated.")
    private List<Path> jars = new ArrayList<>();

    @Option(names = "--items", paramLabel = "FILE|-", description = "An item per line of a file, or of stdin.")
    private @Nullable String items;

    @Option(
            names = {"-0", "--null"},
            description = "Items end with a NUL instead of a line feed.")
    private boolean nul;

    @Option(names = "--range", paramLabel = "A..B", description = "The whole numbers from A to B.")
    private @Nullable String range;

    @Option(names = "--glob", paramLabel = "PATTERN", description = "The files that match; quote the pattern.")
    private @Nullable String glob;

    @Option(names = "--name", paramLabel = "NAME", description = "What `sheaf jobs` calls the job; default WHAT.")
    private @Nullable String name;

    @Mixin
    private CommandOptions commands = new CommandOptions();

    @Mixin
    private PolicyOptions policy = new PolicyOptions();

    @Option(names = "--dry-run", description = "Print what would be run, each command as a line, and run nothing.")
    private boolean rehearsal;

    @Option(names = "--quiet", description = "No progress on stderr.")
    private boolean quiet;

    /** Whether nothing is to be run, but said what would be. */
    boolean isRehearsal() {
        return rehearsal;
    }

    boolean quiet() {
        return quiet;
    }

    WorkChoice work(Invocation invocation) {
        Optional<WorkChoice> command = commands.choice(invocation.command(), what == null && jars.isEmpty());
        if (command.isPresent()) {
            return command.get();
        }
        if (what == null) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Say what to run: a built-in, a class, CLASS::METHOD, a source file, or -- COMMAND; --help has"
                            + " examples");
        }
        return WorkChoice.of(what, jars);
    }

    /** Where the items come from; file names are made absolute for processes in other directories. */
    ItemChoice items(Invocation invocation, boolean elsewhere) {
        List<ItemChoice> choices = new ArrayList<>();
        invocation.words().ifPresent(words -> choices.add(new ItemChoice.Words(words)));
        if (range != null) {
            choices.add(ItemChoice.range(range));
        }
        if (glob != null) {
            choices.add(ItemChoice.glob(glob, elsewhere));
        }
        if (nul && items == null) {
            throw new CliException(ExitCode.USAGE, "--null says how --items FILE is read; there is no --items");
        }
        if (items != null) {
            choices.add(ItemChoice.file(items, nul, invocation.console().in()));
        }
        if (choices.size() != 1) {
            throw new CliException(
                    ExitCode.USAGE,
                    (choices.isEmpty() ? "Say which items" : "Name one source of items only")
                            + ": --items FILE, --range A..B, --glob PATTERN, or words after :::");
        }
        return choices.get(0);
    }

    JobSpec spec(WorkChoice work, ItemChoice choice, ResultForm form, boolean live) {
        Source source = choice instanceof ItemChoice.Range numbers ? numbers.range() : new Source.Streamed();
        return new JobSpec(
                name == null ? work.name() : name,
                work.work(),
                source,
                work.code().bundle(),
                form,
                policy.policy(),
                Optional.empty(),
                live,
                policy.durable());
    }
}
