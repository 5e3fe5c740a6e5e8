package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sheaf jobs}. */
@Command(name = "jobs", description = "List the jobs that the coordinator knows.")
final class JobsCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    JobsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            List<JobStatus> jobs = ClusterOptions.ask(session, ToClient.Jobs.class, FromClient.ListJobs::new)
                    .jobs();
            if (cluster.json()) {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                jobs.forEach(job -> all.add(StatusView.json(job)));
                invocation.console().println(all);
            } else {
                invocation.console().print(StatusView.table(jobs));
            }
            return ExitCode.SUCCEEDED.code();
        }
    }
}
