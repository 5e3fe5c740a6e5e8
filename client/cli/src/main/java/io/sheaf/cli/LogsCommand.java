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
    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Override
    public Integer call() {
        try (Session session = cluster.connect()) {
            JobId job = ClusterOptions.job(session, id);
            ToClient.Log log = ClusterOptions.ask(
                    session, ToClient.Log.class, request -> new FromClient.FetchLog(request, job, 0));
            if (log.lost() > 0) {
                System.err.println(
                        "sheaf: the first " + log.lost() + " characters were dropped, since a log is bounded");
            }
            for (Output output : log.printed()) {
                if (cluster.json()) {
                    System.out.println(JsonNodeFactory.instance
                            .objectNode()
                            .put("index", output.index())
                            .put("stream", output.error() ? "stderr" : "stdout")
                            .put("text", output.text()));
                } else {
                    (output.error() ? System.err : System.out).print(output.text());
                }
            }
            return ExitCode.SUCCEEDED.code();
        }
    }
}
