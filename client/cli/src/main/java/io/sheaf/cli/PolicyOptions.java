package io.sheaf.cli;

import io.sheaf.JobOptions;
import io.sheaf.Workload;
import io.sheaf.protocol.job.Policy;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How items are run, as typed. */
final class PolicyOptions {
    @Option(
            names = "--chunk-size",
            paramLabel = "N",
            description = "At most N items to a process at once; default 0: from measured times.")
    private int chunkSize;

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Run an item that fails up to N times more; default 0.")
    private int retries;

    @Option(
            names = "--retry-backoff",
            paramLabel = "100ms",
            description = "Wait so long before the first retry, twice as long before each further one; default 100ms.")
    private @Nullable String retryBackoff;

    @Option(names = "--timeout", paramLabel = "30s", description = "Stop an item that runs longer; it has failed.")
    private @Nullable String timeout;

    @Option(
            names = "--max-fails",
            paramLabel = "N",
            description = "Stop the job when more than N items have failed; default: run all.")
    private @Nullable Long maxFails;

    @Option(names = "-j", paramLabel = "N", description = "At most N items at a time; default 0: as many as fit.")
    private int atOnce;

    @Option(names = "--priority", paramLabel = "N", description = "Jobs of a higher one go first; default 0.")
    private int priority;

    @Option(names = "--weight", paramLabel = "N", description = "The share among jobs of the same priority; default 1.")
    private int weight = 1;

    @Option(
            names = "--requires",
            paramLabel = "LABEL=AMOUNT",
            description = "What each item takes of its worker (gpu=1), or which kind of worker it needs (zone=eu);"
                    + " may be repeated.")
    private List<String> requires = new ArrayList<>();

    @Option(
            names = "--max-tasks-per-process",
            paramLabel = "N",
            description = "Replace a process after N items; default 0: never.")
    private int maxTasks;

    @Option(
            names = "--speculative",
            description = "Near the end, start very slow items on another worker too; the first result counts.")
    private boolean speculative;

    @Option(
            names = "--durable",
            description =
                    "Write the job down as it goes on, so that it outlives the coordinator's process; refused where no journal is"
                            + " kept. Jobs of submit are where one is.")
    private boolean durable;

    @Option(
            names = "--workload",
            paramLabel = "cpu|io",
            description = "io: the items mostly wait, as for a network; very many run at a time. Default cpu.")
    private String workload = "cpu";

    boolean durable() {
        return durable;
    }

    /** Checks what was typed. */
    Policy policy() {
        JobOptions options = JobOptions.defaults().withPriority(priority).withSpeculative(speculative);
        options = with("--chunk-size", options, to -> to.withChunkSize(chunkSize));
        options = with("--retries", options, to -> to.withRetries(retries));
        if (retryBackoff != null) {
            var wait = Durations.parse("--retry-backoff", retryBackoff);
            options = with("--retry-backoff", options, to -> to.withRetryBackoff(wait));
        }
        if (timeout != null) {
            var limit = Durations.parse("--timeout", timeout);
            options = with("--timeout", options, to -> to.withTimeout(limit));
        }
        options = options.withWorkload(workload());
        options = with("--weight", options, to -> to.withWeight(weight));
        options = with("--max-tasks-per-process", options, to -> to.withMaxTasksPerProcess(maxTasks));
        Map<String, Double> amounts = amounts();
        Policy policy = Policy.of(with("--requires", options, to -> to.withRequires(amounts)));
        return policy.withAttempts(attempts(policy.attempts())).withShare(share(policy.share()));
    }

    private static JobOptions with(String flag, JobOptions options, UnaryOperator<JobOptions> change) {
        try {
            return change.apply(options);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, flag + ": " + e.getMessage());
        }
    }

    private Workload workload() {
        return switch (workload.toLowerCase(Locale.ROOT)) {
            case "cpu" -> Workload.CPU;
            case "io" -> Workload.IO;
            default -> throw new CliException(ExitCode.USAGE, "--workload must be cpu or io, but is " + workload);
        };
    }

    private Policy.Attempts attempts(Policy.Attempts typed) {
        if (maxFails == null) {
            return typed;
        }
        if (maxFails < 0) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--max-fails must be 0 (stop at the first failed item) or more, but is " + maxFails);
        }
        return new Policy.Attempts(typed.retries(), typed.backoffMillis(), typed.timeoutMillis(), maxFails);
    }

    private Policy.Share share(Policy.Share typed) {
        if (atOnce < 0) {
            throw new CliException(ExitCode.USAGE, "-j must be 0 (as many items as fit) or more, but is " + atOnce);
        }
        return new Policy.Share(typed.priority(), typed.weight(), atOnce, typed.requires());
    }

    /** By label; by label and value where the value is no amount but names a kind. */
    private Map<String, Double> amounts() {
        Map<String, Double> amounts = new TreeMap<>();
        for (String typed : requires) {
            int equals = typed.indexOf('=');
            String value = typed.substring(equals + 1);
            if (equals < 1 || value.isBlank()) {
                throw new CliException(
                        ExitCode.USAGE,
                        "--requires: '" + typed + "' is no requirement; write LABEL=AMOUNT, as gpu=1, or LABEL=VALUE,"
                                + " as zone=eu");
            }
            boolean twice;
            try {
                twice = amounts.put(typed.substring(0, equals), new BigDecimal(value).doubleValue()) != null;
            } catch (NumberFormatException e) {
                twice = amounts.put(typed, 1.0) != null;
            }
            if (twice) {
                throw new CliException(ExitCode.USAGE, "--requires names the label of '" + typed + "' twice");
            }
        }
        return amounts;
    }
}
