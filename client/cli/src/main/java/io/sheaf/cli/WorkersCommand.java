package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.WorkerStatus;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sheaf workers}. */
@Command(name = "workers", description = "List the workers of the cluster.")
final class WorkersCommand implements Callable<Integer> {
    private static final String ROW = "%-24s  %-16s  %8d  %7s  %10d  %-19s  %s";

    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    WorkersCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        try (Session session = cluster.connect(invocation.connector())) {
            List<WorkerStatus> workers = ClusterOptions.ask(
                            session, ToClient.Workers.class, FromClient.ListWorkers::new)
                    .workers();
            if (cluster.json()) {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                workers.forEach(worker -> all.add(json(worker)));
                invocation.console().println(all);
                return ExitCode.SUCCEEDED.code();
            }
            Console console = invocation.console();
            console.println(String.format(
                    ROW.replace('d', 's'), "WORKER", "HOST", "PID", "BUSY", "COMPLETED", "SINCE", "LABELS"));
            for (WorkerStatus worker : workers) {
                String row = String.format(
                        ROW,
                        worker.info().id(),
                        worker.info().host(),
                        worker.info().pid(),
                        worker.busy() + "/" + worker.info().slots(),
                        worker.completed(),
                        StatusView.time(worker.joinedAt()),
                        (worker.leaving() ? "leaving " : "") + labels(worker));
                console.println(row.stripTrailing());
            }
            return ExitCode.SUCCEEDED.code();
        }
    }

    private static String labels(WorkerStatus worker) {
        return worker.info().labels().stream().map(Label::toString).collect(Collectors.joining(" "));
    }

    static ObjectNode json(WorkerStatus worker) {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("id", worker.info().id().name())
                .put("host", worker.info().host())
                .put("pid", worker.info().pid())
                .put("slots", worker.info().slots())
                .put("ioSlots", worker.info().ioSlots())
                .put("busy", worker.busy())
                .put("completed", worker.completed())
                .put("leaving", worker.leaving())
                .put("version", worker.info().version())
                .put("joinedAt", Instant.ofEpochMilli(worker.joinedAt()).toString());
        ObjectNode labels = node.putObject("labels");
        worker.info().labels().forEach(label -> labels.put(label.name(), label.value()));
        return node;
    }
}
