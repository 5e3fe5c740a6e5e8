package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sheaf wait}. */
@Command(name = "wait", description = "Wait until a job has ended; the exit code says how.")
final class WaitCommand implements Callable<Integer> {
    private final Invocation invocation;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Parameters(paramLabel = "ID", description = "The job's number, or `last`.")
    private String id = "";

    @Option(names = "--timeout", paramLabel = "30s", description = "Wait at most so long; then exit with 6.")
    private @Nullable String timeout;

    @Option(names = "--quiet", description = "No progress on stderr.")
    private boolean quiet;

    WaitCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() {
        Duration limit = timeout == null ? null : Durations.parse("--timeout", timeout);
        try (Session session = cluster.connect(invocation.connector())) {
            JobId job = ClusterOptions.job(session, id);
            Waiting waiting = new Waiting();
            ClusterOptions.await(session.watch(job, waiting));
            JobStatus status = limit == null
                    ? ClusterOptions.await(waiting.over)
                    : ClusterOptions.await(
                            waiting.over.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS));
            waiting.progress.clear();
            if (status == null) {
                invocation
                        .console()
                        .err()
                        .println("sheaf: job " + job + " has not ended after " + timeout + "; `sheaf explain " + job
                                + "` says what it waits for");
                return ExitCode.STILL_RUNNING.code();
            }
            if (cluster.json()) {
                invocation.console().println(StatusView.json(status));
            } else if (!quiet) {
                invocation
                        .console()
                        .err()
                        .println("Job " + job + " " + status.state() + ": " + status.succeeded() + " succeeded, "
                                + status.failed() + " failed"
                                + status.reason().map(why -> " (" + why + ")").orElse(""));
                if (status.failed() > 0) {
                    invocation.console().err().println("Next: sheaf results " + job + " shows how they failed");
                }
            }
            return StatusView.exitCode(status).code();
        }
    }

    private final class Waiting implements JobListener {
        private final ProgressLine progress = new ProgressLine(invocation.console(), quiet);
        private final CompletableFuture<@Nullable JobStatus> over = new CompletableFuture<>();

        @Override
        public void progress(JobStatus status) {
            progress.show(status);
        }

        @Override
        public void ended(JobStatus status) {
            over.complete(status);
        }

        @Override
        public void withheld(String why) {
            if (!why.isEmpty()) {
                progress.clear();
                invocation.console().err().println("sheaf: waiting: " + why);
            }
        }

        @Override
        public void forgotten(RequestFailedException why) {
            over.completeExceptionally(why);
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            over.completeExceptionally(why);
        }
    }
}
