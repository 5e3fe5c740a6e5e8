package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.ResultForm;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf submit}. */
@Command(
        name = "submit",
        customSynopsis = "sheaf submit [OPTION...] WHAT ITEMS",
        description = "Run a function or a command over items in the background; prints the job's id.",
        footer = {"", "Example:", "  sheaf submit csv-summary --glob '/data/*.csv' --name nightly"})
final class SubmitCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Option(
            names = "--id",
            paramLabel = "KEY",
            description = "What you call the job: submitted again under the same key it is the same job, of which only"
                    + " what has not come is sent.")
    private @Nullable String id;

    SubmitCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        WorkChoice what = work.work(invocation);
        ItemChoice choice = work.items(invocation, true);
        if (work.isRehearsal()) {
            return DryRun.print(what, choice, invocation.console()).code();
        }
        try (Session session = cluster.connect(invocation.connector())) {
            String key = id != null ? id : UUID.randomUUID().toString();
            Sending sending = new Sending(invocation.console());
            // JSON says what a result is, and the line of text can be had from it, but not the other way round.
            JobHandle job = ClusterOptions.await(
                    session.submit(key, work.spec(what, choice, ResultForm.JSON, false), what.code(), sending));
            if (!(choice instanceof ItemChoice.Range)) {
                send(session, job, key, new ItemFeed(choice, false), sending);
            }
            say(job.id());
            return ExitCode.SUCCEEDED.code();
        }
    }

    private static void send(Session session, JobHandle job, String key, ItemFeed feed, Sending sending) {
        ClusterOptions.await(session.watch(job.id(), sending));
        Thread feeding = new Thread(() -> sending.run(feed, job), "items");
        feeding.setDaemon(true);
        feeding.start();
        try {
            ClusterOptions.await(sending.done);
        } catch (ClusterUnreachableException e) {
            // What was on its way has not come, and nothing says how much that is.
            throw new ClusterUnreachableException(incomplete(job.id(), key), e);
        }
        // The answer to a question comes after everything that was said before it was taken in.
        JobStatus status = ClusterOptions.ask(
                        session, ToClient.Job.class, request -> new FromClient.DescribeJob(request, job.id()))
                .job();
        if (status.total().isEmpty() && !status.state().ended()) {
            throw new ClusterUnreachableException(incomplete(job.id(), key), null);
        }
    }

    private static String incomplete(JobId job, String key) {
        return "The connection was lost before all items of job " + job + " were sent; the same command with --id "
                + key + " goes on from there, or `sheaf cancel " + job + "`";
    }

    private void say(JobId job) {
        Console console = invocation.console();
        console.println(
                cluster.json() ? JsonNodeFactory.instance.objectNode().put("id", job.number()) : job.toString());
        if (!work.quiet() && console.terminal()) {
            console.err().println("Next: sheaf wait " + job + " && sheaf results " + job);
        }
    }

    /** Ends when all items are sent, or when that has become pointless. */
    private static final class Sending implements JobListener {
        private final Console console;
        private final CompletableFuture<Boolean> done = new CompletableFuture<>();

        Sending(Console console) {
            this.console = console;
        }

        void run(ItemFeed feed, JobHandle job) {
            try {
                feed.run(job, () -> 0);
                done.complete(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }

        @Override
        public void withheld(String why) {
            if (!why.isEmpty()) {
                console.err().println("sheaf: waiting: " + why);
            }
        }

        @Override
        public void ended(JobStatus status) {
            ExitCode code = StatusView.exitCode(status);
            if (status.state() == JobState.CANCELLED || status.reason().isPresent()) {
                done.completeExceptionally(new CliException(
                        code,
                        "Job " + status.id() + " ended before all its items were sent: "
                                + status.reason().orElse("it was cancelled")));
            }
        }

        @Override
        public void disconnected(ClusterUnreachableException why) {
            done.completeExceptionally(why);
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            done.completeExceptionally(why);
        }
    }
}
