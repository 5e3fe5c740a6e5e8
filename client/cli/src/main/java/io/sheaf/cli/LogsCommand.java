package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sheaf logs}. */
@Command(
        name = "logs",
        description = "Show what the tasks of a submitted job printed.",
        footer = {"", "Example:", "  sheaf logs last -f"})
final class LogsCommand implements Callable<Integer> {
    private static final long LOOK_MILLIS = 300;

    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until the job has ended.")
    private boolean follow;

    LogsCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            long from = 0;
            boolean over = false;
            while (!over) {
                // Before what it printed: nothing is printed after the end.
                over = !follow || ended(session, job);
                from = printFrom(session, job, from);
                if (!over) {
                    pause();
                }
            }
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`.
        }
        return ExitCode.SUCCEEDED.code();
    }

    private static boolean ended(Session session, JobId job) {
        return ClusterOptions.ask(session, ToClient.Job.class, request -> new FromClient.DescribeJob(request, job))
                .job()
                .state()
                .ended();
    }

    private static void pause() {
        ClusterOptions.await(new CompletableFuture<Void>().completeOnTimeout(null, LOOK_MILLIS, TimeUnit.MILLISECONDS));
    }

    private long printFrom(Session session, JobId job, long from) throws IOException {
        ToClient.Log log =
                ClusterOptions.ask(session, ToClient.Log.class, request -> new FromClient.FetchLog(request, job, from));
        if (log.lost() > 0) {
            invocation
                    .console()
                    .err()
                    .println("sheaf: the first " + log.lost() + " characters were dropped, since a log is bounded");
        }
        OutputStream out = invocation.console().out();
        for (Output output : log.printed()) {
            if (cluster.json()) {
                String line = JsonNodeFactory.instance
                        .objectNode()
                        .put("index", output.index())
                        .put("stream", output.error() ? "stderr" : "stdout")
                        .put("text", output.text())
                        .toString();
                out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } else if (output.error()) {
                out.flush();
                invocation.console().err().print(output.text());
                invocation.console().err().flush();
            } else {
                out.write(output.text().getBytes(StandardCharsets.UTF_8));
            }
        }
        out.flush();
        return log.next();
    }
}
