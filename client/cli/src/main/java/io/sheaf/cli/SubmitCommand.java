package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.ResultForm;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code sheaf submit}. */
@Command(
        name = "submit",
        description = "Run a function over items in the background; prints the job's id.",
        footer = {"", "Example:", "  sheaf submit csv-summary --glob '/data/*.csv' --name nightly"})
final class SubmitCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable CliMain main;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private WorkOptions work = new WorkOptions();

    @Override
    public Integer call() throws InterruptedException {
        WorkChoice what = work.work();
        ItemChoice choice = work.items(main == null ? null : main.words(), true);
        try (Session session = cluster.connect()) {
            JobHandle job = ClusterOptions.await(
                    session.submit(work.spec(what, choice, ResultForm.TEXT, false), what.code(), new Unheard()));
            new ItemFeed(choice).run(job);
            // The answer to a question comes after everything that was sent before it was taken in.
            ClusterOptions.ask(session, ToClient.Job.class, request -> new FromClient.DescribeJob(request, job.id()));
            if (cluster.json()) {
                System.out.println(
                        JsonNodeFactory.instance.objectNode().put("id", job.id().number()));
            } else {
                System.out.println(job.id());
            }
            if (!work.quiet()) {
                System.err.println("The coordinator keeps the results in memory until it ends. Next: sheaf wait "
                        + job.id() + " && sheaf results " + job.id());
            }
            return ExitCode.SUCCEEDED.code();
        }
    }

    private static final class Unheard implements JobListener {
        @Override
        public void ended(JobStatus status) {}

        @Override
        public void lost(ClusterUnreachableException why) {}
    }
}
