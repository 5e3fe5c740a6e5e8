package io.sheaf.cli;

import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which coordinator a command speaks to, and how it says what it learns. */
final class ClusterOptions {
    @Option(
            names = "--cluster",
            paramLabel = "URL",
            description = "The coordinator; default $SHEAF_CLUSTER, else http://127.0.0.1:8520.")
    private @Nullable String cluster;

    @Option(names = "--json", description = "Write JSON instead of text.")
    private boolean json;

    boolean json() {
        return json;
    }

    boolean isSet() {
        return cluster != null;
    }

    Session connect(Connector connector) {
        return connector.connect(address());
    }

    CoordinatorAddress address() {
        String set = System.getenv("SHEAF_CLUSTER");
        String url = cluster != null ? cluster : set == null || set.isBlank() ? "http://127.0.0.1:8520" : set;
        try {
            return CoordinatorAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    static <A extends ToClient> A ask(Session session, Class<A> answer, LongFunction<FromClient> question) {
        return await(session.ask(answer, question));
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException(ExitCode.INTERRUPTED, "Interrupted");
        }
    }

    /** A job's number, or {@code last}. */
    static JobId job(Session session, String text) {
        if (text.equals("last")) {
            List<JobStatus> jobs =
                    ask(session, ToClient.Jobs.class, FromClient.ListJobs::new).jobs();
            return jobs.stream()
                    .map(JobStatus::id)
                    .max(JobId::compareTo)
                    .orElseThrow(() -> new CliException(ExitCode.NOT_FOUND, "There is no job yet"));
        }
        try {
            return new JobId(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new CliException(
                    ExitCode.USAGE, "'" + text + "' is no job; `sheaf jobs` lists them, `last` is the newest");
        }
    }
}
