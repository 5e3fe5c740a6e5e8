package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf cancel}. */
@Command(name = "cancel", description = "Stop a job; what has ended of it stays.")
final class CancelCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    CancelCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            JobStatus status = ClusterOptions.ask(
                            session, ToClient.Job.class, request -> new FromClient.Cancel(request, job))
                    .job();
            invocation
                    .console()
                    .println(cluster.json() ? StatusView.json(status) : "Job " + job + " is " + status.state());
            return ExitCode.SUCCEEDED.code();
        }
    }
}
