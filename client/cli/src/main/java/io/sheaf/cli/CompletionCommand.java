package io.sheaf.cli;

import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.WorkerStatus;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sheaf completion}. */
@Command(
        name = "completion",
        description = "Print what makes a shell complete commands, options, job numbers and workers.",
        footer = {
            "",
            "Examples:",
            "  eval \"$(sheaf completion bash)\"                           # in ~/.bashrc",
            "  sheaf completion zsh > \"${fpath[1]}/_sheaf\"",
            "  sheaf completion fish > ~/.config/fish/completions/sheaf.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    private static final int NEWEST = 50;

    private final Invocation invocation;
    private final Supplier<CommandLine> all;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "bash|zsh|fish", arity = "0..1", description = "Which shell.")
    private @Nullable String shell;

    @Option(names = "--jobs", hidden = true, description = "The numbers of jobs, for the shell.")
    private boolean jobs;

    @Option(names = "--workers", hidden = true, description = "The names of workers, for the shell.")
    private boolean workers;

    CompletionCommand(Invocation invocation, Supplier<CommandLine> all) {
        this.invocation = invocation;
        this.all = all;
    }

    @Override
    public Integer call() {
        if (jobs || workers) {
            invocation.console().print(String.join("\n", jobs ? jobNumbers() : workerNames()) + "\n");
            return ExitCode.SUCCEEDED.code();
        }
        ShellScript script = new ShellScript(all.get().getCommandSpec());
        String text = switch (shell == null ? "" : shell) {
            case "bash" -> script.bash();
            case "zsh" -> script.zsh();
            case "fish" -> script.fish();
            default ->
                throw new CliException(
                        ExitCode.USAGE,
                        shell == null
                                ? "Say which shell: bash, zsh or fish"
                                : "'" + shell + "' is no shell that can be completed; there are bash, zsh and fish");
        };
        invocation.console().print(text);
        return ExitCode.SUCCEEDED.code();
    }

    private List<String> jobNumbers() {
        try (Session session = cluster.connect(invocation.connector())) {
            List<JobStatus> known = ClusterOptions.ask(session, ToClient.Jobs.class, FromClient.ListJobs::new)
                    .jobs();
            return known.stream()
                    .skip(Math.max(0, known.size() - NEWEST))
                    .map(job -> job.id().toString())
                    .toList();
        }
    }

    private List<String> workerNames() {
        try (Session session = cluster.connect(invocation.connector())) {
            List<WorkerStatus> known = ClusterOptions.ask(session, ToClient.Workers.class, FromClient.ListWorkers::new)
                    .workers();
            return known.stream().map(worker -> worker.info().id().name()).toList();
        }
    }
}
