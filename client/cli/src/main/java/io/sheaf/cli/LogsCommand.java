package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf logs}. */
@Command(name = "logs", description = "Show what the tasks of a job printed.")
final class LogsCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    LogsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            ToClient.Log log = ClusterOptions.ask(
                    session, ToClient.Log.class, request -> new FromClient.FetchLog(request, job, 0));
            if (log.lost() > 0) {
                invocation
                        .console()
                        .err()
                        .println("sheaf: the first " + log.lost() + " characters were dropped, since a log is bounded");
            }
            for (Output output : log.printed()) {
                if (cluster.json()) {
                    invocation
                            .console()
                            .println(JsonNodeFactory.instance
                                    .objectNode()
                                    .put("index", output.index())
                                    .put("stream", output.error() ? "stderr" : "stdout")
                                    .put("text", output.text()));
                } else {
                    print(output);
                }
            }
            return ExitCode.SUCCEEDED.code();
        }
    }

    private void print(Output output) {
        if (output.error()) {
            invocation.console().err().print(output.text());
            invocation.console().err().flush();
        } else {
            invocation.console().print(output.text());
        }
    }
}
