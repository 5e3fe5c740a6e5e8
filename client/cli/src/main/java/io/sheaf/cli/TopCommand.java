package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf top}. */
@Command(
        name = "top",
        description = "Watch jobs and workers; q ends it. In a pipe, or with --once: one look.",
        footer = {"", "Examples:", "  sheaf top", "  sheaf top --once", "  sheaf top --json"})
final class TopCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--once", description = "One look, as text.")
    private boolean once;

    TopCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws IOException {
        try (Session session = cluster.connect(invocation.connector())) {
            Supplier<TopView> look = () -> look(session);
            boolean live = invocation.console().terminal() && "true".equals(System.getProperty("sheaf.stdout.tty"));
            if (cluster.json()) {
                ObjectNode document = look.get().json();
                invocation.console().println(document);
            } else if (once || !live) {
                invocation.console().print(look.get().text(Integer.MAX_VALUE, Integer.MAX_VALUE));
            } else {
                Screen.watch(look);
            }
            return ExitCode.SUCCEEDED.code();
        }
    }

    private static TopView look(Session session) {
        return new TopView(
                System.currentTimeMillis(),
                ClusterOptions.ask(session, ToClient.Cluster.class, FromClient.DescribeCluster::new),
                ClusterOptions.ask(session, ToClient.Workers.class, FromClient.ListWorkers::new)
                        .workers(),
                ClusterOptions.ask(session, ToClient.Jobs.class, FromClient.ListJobs::new)
                        .jobs());
    }
}
