package io.sheaf.cli;

import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf map}. */
@Command(
        name = "map",
        customSynopsis = "sheaf map [OPTION...] WHAT ITEMS",
        description = "Run a function or a command over items; results to stdout, progress to stderr.",
        footer = {
            "",
            "ITEMS is one of --items, --range, --glob, or words after :::, which end the options.",
            "",
            "Examples:",
            "  sheaf map primes --local 2 --range 1..100",
            "  sheaf map com.acme.Wc::count --jar wc.jar --items files.txt",
            "  sheaf map word-count --local 4 ::: a.txt b.txt",
            "  sheaf map --local 4 -- gzip -9 {} ::: *.log"
        })
final class MapCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Option(names = "--local", paramLabel = "N", description = "Run in N processes of this machine, for this job only.")
    private @Nullable Integer local;

    @Option(names = "--unordered", description = "Write results as they come.")
    private boolean unordered;

    @Option(
            names = {"-k", "--keep-order"},
            description = "Write results in the order of the items; the default.")
    private boolean keepOrder;

    @Option(names = "--tag", description = "Write the item and a tab before each line.")
    private boolean tag;

    @Mixin
    private JobLogOptions log = new JobLogOptions();

    MapCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        checkOptions();
        WorkChoice what = work.work(invocation);
        ItemChoice items = work.items(invocation, local == null);
        if (work.isRehearsal()) {
            return DryRun.print(what, items, invocation.console()).code();
        }
        Optional<JobLog.Finished> finished = log.finished(what);
        ItemChoice choice = finished.isPresent() ? items.asSent() : items;
        JobSpec spec = work.spec(what, choice, form(), true);
        ItemFeed feed = new ItemFeed(choice, true, finished, what.work() instanceof Work.Command);
        ResultPrinter.Style style = new ResultPrinter.Style(cluster.json(), cluster.json(), tag, !unordered);
        Console console = invocation.console();
        Optional<JobLog> joblog = log.open(what);
        try (Session session = open(what)) {
            MapRun run = new MapRun(console, feed, style, new ProgressLine(console, work.quiet()), joblog);
            JobHandle job = ClusterOptions.await(session.submit(spec, what.code(), run));
            run.onBrokenPipe(job::cancel);
            return follow(session, job, feed, run).code();
        }
    }

    private ResultForm form() {
        if (cluster.json()) {
            return log.isLogged() ? ResultForm.STAMPED_JSON : ResultForm.JSON;
        }
        return log.isLogged() ? ResultForm.STAMPED_TEXT : ResultForm.TEXT;
    }

    private void checkOptions() {
        if (local != null && (local < 1 || cluster.isSet())) {
            throw new CliException(
                    ExitCode.USAGE,
                    local < 1 ? "--local needs at least 1 process" : "Use --local or --cluster, not both");
        }
        if (keepOrder && unordered) {
            throw new CliException(ExitCode.USAGE, "Use --keep-order or --unordered, not both");
        }
    }

    private Session open(WorkChoice what) {
        Connector connector = invocation.connector();
        if (local == null) {
            return cluster.connect(connector);
        }
        return what.work() instanceof Work.Command ? connector.localForCommands(local) : connector.local(local);
    }

    private ExitCode follow(Session session, JobHandle job, ItemFeed feed, MapRun run) {
        Thread onSignal = new Thread(() -> interrupted(session, job, run));
        try {
            Runtime.getRuntime().addShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending at this moment; closing the session ends the job.
            throw new CliException(ExitCode.INTERRUPTED, "interrupted; the job was cancelled");
        }
        try {
            Thread feeding = new Thread(() -> feed(feed, job, session::slots, run), "items");
            feeding.setDaemon(true);
            feeding.start();
            ExitCode code = run.conclude(ClusterOptions.await(run.over()));
            if (code == ExitCode.ITEMS_FAILED && !work.quiet()) {
                invocation.console().err().println(log.next());
            }
            return code;
        } finally {
            forget(onSignal);
        }
    }

    private static void feed(ItemFeed feed, JobHandle job, IntSupplier slots, MapRun run) {
        try {
            feed.run(job, slots);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            run.over().completeExceptionally(e);
        }
    }

    private static void forget(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // It is at work already and says what there is to say.
        }
    }

    /** In a shutdown hook. Of itself the process would tell by its exit code which signal it was. */
    private void interrupted(Session session, JobHandle job, MapRun run) {
        run.interrupt();
        job.cancel();
        String end = "it has stopped";
        try {
            run.over().get(2000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            end = "it has not confirmed yet";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        invocation.console().err().println("sheaf: interrupted; the job was cancelled and " + end);
        session.close();
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED.code());
    }
}
