package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerStatus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf drain}. */
@Command(
        name = "drain",
        description = "Let a worker end once what it runs has ended; what it has not begun goes elsewhere, uncounted.",
        footer = {"", "Example:", "  sheaf drain host1-3f9ab"})
final class DrainCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "WORKER", description = "Its name, as `sheaf workers` lists it.")
    private String name = "";

    DrainCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            WorkerId worker = new WorkerId(name);
            int busy = ClusterOptions.ask(
                            session, ToClient.Workers.class, request -> new FromClient.Drain(request, worker))
                    .workers()
                    .stream()
                    .filter(status -> status.info().id().equals(worker))
                    .mapToInt(WorkerStatus::busy)
                    .sum();
            Object said = cluster.json()
                    ? JsonNodeFactory.instance.objectNode().put("id", name).put("busy", busy)
                    : "Worker " + worker + " takes nothing new, and ends once its " + busy + " busy slots are free";
            invocation.console().println(said);
            return ExitCode.SUCCEEDED.code();
        }
    }
}
