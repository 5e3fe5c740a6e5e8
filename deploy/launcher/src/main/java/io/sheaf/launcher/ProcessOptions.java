package io.sheaf.launcher;

import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What all processes have in common. */
final class ProcessOptions {
    /** The reason for which nobody waits any more, so that nothing needs to be finished. */
    static final String STARTER_GONE = "the end of its starter";

    @Option(names = "--config", paramLabel = "FILE", description = "Settings; default conf/sheaf.conf of Sheaf's home.")
    private @Nullable Path config;

    @Option(
            names = "--insecure",
            description = "Listen beyond this machine without token and TLS: everybody there can then run code here.")
    private boolean insecure;

    @Option(names = "--parent-pipe", hidden = true, description = "End when the standard input does.")
    private boolean parentPipe;

    boolean insecure() {
        return insecure;
    }

    /** The same, for a process that this one starts. */
    List<String> passedOn() {
        return config == null
                ? List.of()
                : List.of("--config", config.toAbsolutePath().toString());
    }

    Settings settings(Map<String, String> flags) throws IOException {
        Path standard = Home.find().directory().resolve("conf").resolve("sheaf.conf");
        Optional<Path> file =
                config != null ? Optional.of(config) : Optional.of(standard).filter(Files::isReadable);
        return Settings.read(file, System.getenv(), flags);
    }

    /**
     * Completes with the reason when this process is told to end. It then has half a minute to do so by itself, with an
     * exit code of its own, before the signal takes its course.
     */
    CompletableFuture<String> end() {
        CompletableFuture<String> end = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            end.complete("a signal");
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, 30, TimeUnit.SECONDS)
                    .join();
        }));
        if (parentPipe) {
            Thread thread = new Thread(() -> {
                try {
                    while (System.in.read() >= 0) {
                        // Nothing is ever said there.
                    }
                } catch (IOException e) {
                    // No different from the end.
                }
                end.complete(STARTER_GONE);
            });
            thread.setDaemon(true);
            thread.start();
        }
        return end;
    }
}
