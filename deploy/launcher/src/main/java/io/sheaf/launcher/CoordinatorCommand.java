package io.sheaf.launcher;

import io.sheaf.coordinator.journal.Leadership;
import io.sheaf.launcher.settings.Exposure;
import io.sheaf.launcher.settings.Settings;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf coordinator}. */
@Command(
        name = "coordinator",
        description = "Start a coordinator. Every setting has a default; it listens on this machine only.",
        footer = {"", "Examples:", "  sheaf coordinator", "  sheaf coordinator --config sheaf.conf --bind 10.0.0.1"})
final class CoordinatorCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorCommand.class);

    private static final String FAILED = "an error";

    @Mixin
    private ProcessOptions options = new ProcessOptions();

    @Option(names = "--bind", paramLabel = "HOST", description = "The address to listen on; default 127.0.0.1.")
    private @Nullable String bind;

    @Option(
            names = "--advertise",
            paramLabel = "HOST",
            description = "How workers reach this process, where they do not do so by the address to listen on.")
    private @Nullable String advertise;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Default 8520.")
    private @Nullable Integer httpPort;

    @Option(names = "--session-port", paramLabel = "PORT", description = "Default 8521.")
    private @Nullable Integer sessionPort;

    @Option(names = "--akka-port", paramLabel = "PORT", description = "Default 25520.")
    private @Nullable Integer akkaPort;

    @Override
    public Integer call() throws IOException {
        Map<String, String> flags = new HashMap<>();
        put(flags, "sheaf.coordinator.bind", bind);
        put(flags, "sheaf.coordinator.advertise", advertise);
        put(flags, "sheaf.coordinator.http-port", httpPort);
        put(flags, "sheaf.coordinator.session-port", sessionPort);
        put(flags, "sheaf.coordinator.akka-port", akkaPort);
        Settings settings = options.settings(flags);
        if (Exposure.check("sheaf.coordinator.bind", settings, options.insecure())) {
            log.warn("INSECURE: everybody who reaches this machine can run code on it");
        }
        CompletableFuture<String> end = options.end();
        Optional<Leadership> leadership = Optional.empty();
        if (!settings.text("sheaf.journal.url").isBlank()) {
            Standby standby = new Standby(settings, changes -> {
                flags.putAll(changes);
                return options.settings(flags);
            });
            leadership = standby.await(end::isDone);
            if (leadership.isEmpty()) {
                log.info("The coordinator, which stood by, ends because of {}", end.join());
                return 0;
            }
        }
        CoordinatorProcess process = new CoordinatorProcess(settings, leadership, () -> end.complete(FAILED));
        log.info("Coordinator ready: {}", process.url());
        String reason = end.join();
        log.info("The coordinator ends because of {}", reason);
        // With its starter its workers have gone, too: there is nobody to take leave of.
        if (!reason.equals(ProcessOptions.STARTER_GONE)) {
            process.close();
        }
        return reason.equals(FAILED) ? 1 : 0;
    }

    static void put(Map<String, String> flags, String key, @Nullable Object value) {
        if (value != null) {
            flags.put(key, value.toString());
        }
    }
}
