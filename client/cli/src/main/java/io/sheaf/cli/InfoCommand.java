package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf info}. */
@Command(name = "info", description = "Show the coordinator and its cluster.")
final class InfoCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--settings", description = "Show the effective settings, and where each comes from.")
    private boolean settings;

    InfoCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            ToClient.Cluster info =
                    ClusterOptions.ask(session, ToClient.Cluster.class, FromClient.DescribeCluster::new);
            if (cluster.json()) {
                ObjectNode node = JsonNodeFactory.instance
                        .objectNode()
                        .put("version", info.version())
                        .put("host", info.host())
                        .put("pid", info.pid())
                        .put("startedAt", Instant.ofEpochMilli(info.startedAt()).toString())
                        .put("workers", info.workers())
                        .put("slots", info.slots())
                        .put("jobs", info.jobs());
                if (settings) {
                    info.settings().forEach(node.putArray("settings")::add);
                }
                invocation.console().println(node);
                return ExitCode.SUCCEEDED.code();
            }
            invocation
                    .console()
                    .println("coordinator " + info.version() + " on " + info.host() + ", process " + info.pid()
                            + ", since " + StatusView.time(info.startedAt()));
            invocation
                    .console()
                    .println(info.workers() + " workers with " + info.slots() + " slots; " + info.jobs()
                            + " jobs that have not ended");
            if (settings) {
                info.settings().forEach(invocation.console()::println);
            }
            return ExitCode.SUCCEEDED.code();
        }
    }
}
