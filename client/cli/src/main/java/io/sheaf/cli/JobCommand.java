package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf job} and {@code sheaf job forget}. */
@Command(
        name = "job",
        customSynopsis = {"sheaf job [OPTION...] ID", "       sheaf job forget [OPTION...] ID"},
        description = "Show one job, or forget one that has ended: its results, what it printed, and that it was.")
final class JobCommand implements Callable<Integer> {
    private static final String FORGET = "forget";

    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", arity = "1..2", description = "The job's number, or `last`.")
    private List<String> words = new ArrayList<>();

    JobCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        boolean forget = words.get(0).equals(FORGET);
        if (words.size() != (forget ? 2 : 1)) {
            throw new CliException(
                    ExitCode.USAGE,
                    forget ? "Say which job to forget: sheaf job forget ID" : "Name one job: sheaf job ID");
        }
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, words.get(words.size() - 1));
            JobStatus status = ClusterOptions.ask(
                            session,
                            ToClient.Job.class,
                            request -> forget
                                    ? new FromClient.Forget(request, job)
                                    : new FromClient.DescribeJob(request, job))
                    .job();
            String text = forget ? "Job " + job + " is forgotten\n" : StatusView.details(status);
            invocation.console().print(cluster.json() ? StatusView.json(status) + "\n" : text);
            return ExitCode.SUCCEEDED.code();
        }
    }
}
