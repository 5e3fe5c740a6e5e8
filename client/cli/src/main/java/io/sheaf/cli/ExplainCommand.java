package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sheaf explain}. */
@Command(
        name = "explain",
        description = "Say what a job or one of its items waits for, since when, and what was tried.",
        footer = {"", "Examples:", "  sheaf explain last", "  sheaf explain 7 31"})
final class ExplainCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(index = "0", paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ITEM", description = "The item's number, from 0.")
    private @Nullable Long item;

    ExplainCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        if (item != null && item < 0) {
            throw new CliException(ExitCode.USAGE, "Items are numbered from 0; there is no item " + item);
        }
        OptionalLong index = item == null ? OptionalLong.empty() : OptionalLong.of(item);
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            ToClient.Explanation explanation = ClusterOptions.ask(
                    session, ToClient.Explanation.class, request -> new FromClient.Explain(request, job, index));
            OptionalLong total = explanation.job().total();
            if (index.isPresent() && total.isPresent() && index.getAsLong() >= total.getAsLong()) {
                throw new CliException(
                        ExitCode.NOT_FOUND,
                        "Job " + job + " has " + total.getAsLong() + " items, numbered from 0; there is no item "
                                + item);
            }
            invocation
                    .console()
                    .print(
                            cluster.json()
                                    ? ExplanationView.json(explanation) + "\n"
                                    : ExplanationView.text(explanation, index.isPresent()));
            return ExitCode.SUCCEEDED.code();
        }
    }
}
