package io.sheaf.launcher;

import io.sheaf.launcher.settings.Exposure;
import io.sheaf.launcher.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf worker}. */
@Command(
        name = "worker",
        description = "Start a worker on this host.",
        footer = {"", "Examples:", "  sheaf worker", "  sheaf worker --join coordinator --slots 4 --label gpu=2"})
final class WorkerCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(WorkerCommand.class);

    @Mixin
    private ProcessOptions options = new ProcessOptions();

    @Option(
            names = "--join",
            paramLabel = "HOST[:PORT]",
            description =
                    "The coordinator; default 127.0.0.1:25520. Several with commas between them where one may take"
                            + " the place of another.")
    private @Nullable String join;

    @Option(names = "--bind", paramLabel = "HOST", description = "The own address; default 127.0.0.1.")
    private @Nullable String bind;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "How the coordinator reaches this process, where it does not do so by the own address.")
    private @Nullable String advertise;

    @Option(
            names = {"--slots", "--processes"},
            paramLabel = "N",
            description =
                    "How many items that compute to run at once, each in a process of its own; default: one for each core.")
    private @Nullable Integer slots;

    @Option(
            names = "--io-slots",
            paramLabel = "N",
            description = "How many items that wait to run at once besides; default: 1000, or 200 where Java is older"
                    + " than 21.")
    private @Nullable Integer ioSlots;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "What jobs may require: an amount (gpu=2) or a kind (zone=eu); may be repeated.")
    private List<String> labels = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        Map<String, String> flags = new HashMap<>();
        CoordinatorCommand.put(flags, "sheaf.worker.join", join);
        CoordinatorCommand.put(flags, "sheaf.worker.bind", bind);
        CoordinatorCommand.put(flags, "sheaf.worker.advertise", advertise);
        CoordinatorCommand.put(flags, "sheaf.worker.slots", slots);
        CoordinatorCommand.put(flags, "sheaf.worker.io-slots", ioSlots);
        CoordinatorCommand.put(flags, "sheaf.worker.labels", labels.isEmpty() ? null : String.join(",", labels));
        Settings settings = options.settings(flags);
        if (Exposure.check("sheaf.worker.bind", settings, options.insecure())) {
            log.warn("INSECURE: everybody who reaches this machine can run code on it");
        }
        CompletableFuture<String> end = options.end();
        CompletableFuture<String> refused = new CompletableFuture<>();
        try (WorkerProcess process = new WorkerProcess(settings, reason -> {
            refused.complete(reason);
            end.complete(reason);
        })) {
            process.onLeft(() -> end.complete("a request to drain it"));
            String reason = end.join();
            if (refused.isDone()) {
                log.error("The worker ends: {}", reason);
                return 1;
            }
            log.info("The worker leaves because of {}", reason);
            if (!reason.equals(ProcessOptions.STARTER_GONE)) {
                process.leave();
            }
            return 0;
        }
    }
}
