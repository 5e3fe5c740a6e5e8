package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.local.LocalNode;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sheaf map}. */
@Command(
        name = "map",
        description = "Run a function over items; results to stdout, progress to stderr.",
        footer = {
            "",
            "Examples:",
            "  sheaf map primes --local 2 --range 1..100",
            "  sheaf map com.acme.Wc::count --jar wc.jar --items files.txt",
            "  sheaf map word-count --local 4 ::: a.txt b.txt"
        })
final class MapCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable CliMain main;

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
    @SuppressWarnings("UnusedVariable") // says what happens anyway
    private boolean keepOrder;

    @Option(names = "--tag", description = "Write the item and a tab before each line.")
    private boolean tag;

    @Override
    public Integer call() throws InterruptedException {
        if (local != null && (local < 1 || cluster.isSet())) {
            throw new CliException(
                    ExitCode.USAGE,
                    local < 1 ? "--local needs at least 1 process" : "Use --local or --cluster, not both");
        }
        WorkChoice what = work.work();
        ItemChoice choice = work.items(main == null ? null : main.words(), local == null);
        JobSpec spec = work.spec(what, choice, cluster.json() ? ResultForm.JSON : ResultForm.TEXT, true);
        ItemFeed feed = new ItemFeed(choice);
        Run run = new Run(feed);
        try (Session session = local != null ? LocalNode.start(local) : cluster.connect()) {
            JobHandle job = ClusterOptions.await(session.submit(spec, what.code(), run));
            Thread onSignal = new Thread(() -> interrupted(run, job, session));
            Runtime.getRuntime().addShutdownHook(onSignal);
            run.onBrokenPipe(job::cancel);
            Thread feeding = new Thread(() -> feed(feed, job, run), "items");
            feeding.setDaemon(true);
            feeding.start();
            JobStatus status = ClusterOptions.await(run.over);
            forget(onSignal);
            return run.conclude(status).code();
        }
    }

    private static void feed(ItemFeed feed, JobHandle job, Run run) {
        try {
            feed.run(job);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            job.cancel();
            run.over.completeExceptionally(e);
        }
    }

    private static void forget(Thread onSignal) {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // It is at work already and says what there is to say.
        }
    }

    /** In a shutdown hook: the process ends with 130 by itself once this is done. */
    private static void interrupted(Run run, JobHandle job, Session session) {
        job.cancel();
        String end = "it has stopped";
        try {
            run.over.get(2500, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            end = "it has not confirmed yet";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println("sheaf: interrupted; the job was cancelled and " + end);
        session.close();
    }

    /** One run: what the session tells, written down. */
    private final class Run implements JobListener {
        private final ItemFeed feed;
        private final ResultPrinter printer;
        private final ProgressLine progress;
        private final FailureSummary failures = new FailureSummary();
        private final CompletableFuture<JobStatus> over = new CompletableFuture<>();
        private volatile @Nullable Runnable cancel;
        private volatile boolean broken;

        Run(ItemFeed feed) {
            this.feed = feed;
            this.progress = new ProgressLine(work.quiet());
            this.printer = new ResultPrinter(
                    new ResultPrinter.Style(cluster.json(), true, tag, !unordered), index -> feed.name(index, true));
        }

        void onBrokenPipe(Runnable action) {
            cancel = action;
            if (broken) {
                action.run();
            }
        }

        @Override
        public synchronized void results(Segment results) {
            write(() -> printer.results(results));
        }

        @Override
        public synchronized void failed(ItemFailure failure) {
            failures.add(failure.failure().headline(), feed.name(failure.index(), false));
            write(() -> printer.failed(failure));
        }

        @Override
        public synchronized void printed(Output output) {
            progress.clear();
            printer.printed(output);
        }

        @Override
        public synchronized void progress(JobStatus status) {
            progress.show(status);
        }

        @Override
        public synchronized void ended(JobStatus status) {
            write(printer::end);
            over.complete(status);
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            over.completeExceptionally(why);
        }

        private void write(Writing writing) {
            if (broken) {
                return;
            }
            try {
                progress.clear();
                writing.write();
            } catch (IOException e) {
                // Nobody reads any more, as after `| head -1`: no reason for more than ending.
                broken = true;
                Runnable action = cancel;
                if (action != null) {
                    action.run();
                }
            }
        }

        synchronized ExitCode conclude(JobStatus status) {
            progress.clear();
            if (broken) {
                return ExitCode.SUCCEEDED;
            }
            if (status.state() == JobState.CANCELLED) {
                System.err.println(
                        "sheaf: the job was cancelled: " + status.reason().orElse("no reason given"));
                return ExitCode.CANCELLED;
            }
            if (status.reason().isPresent()) {
                System.err.println(
                        "sheaf: the job cannot run: " + status.reason().get());
                return ExitCode.REJECTED;
            }
            if (status.failed() > 0) {
                System.err.println(
                        "sheaf: " + status.failed() + " of " + status.total().orElse(0) + " items failed:");
                System.err.print(failures.text());
                return ExitCode.ITEMS_FAILED;
            }
            return ExitCode.SUCCEEDED;
        }
    }

    private interface Writing {
        void write() throws IOException;
    }
}
