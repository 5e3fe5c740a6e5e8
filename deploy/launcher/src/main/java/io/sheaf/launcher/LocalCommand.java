package io.sheaf.launcher;

import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.settings.Settings;
import io.sheaf.launcher.settings.SettingsException;
import io.sheaf.protocol.job.Label;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sheaf local}: the same processes as on many hosts, as children of this one. */
@Command(
        name = "local",
        description = "Start a coordinator and workers in the foreground; Ctrl-C stops all.",
        footer = {"", "Example:", "  sheaf local --workers 2 --slots 4"})
final class LocalCommand implements Callable<Integer> {
    private static final Logger log = LoggerFactory.getLogger(LocalCommand.class);
    private static final long END_SECONDS = 20;

    @Mixin
    private ProcessOptions options = new ProcessOptions();

    @Option(names = "--workers", paramLabel = "N", description = "How many workers; default 2.")
    private int workers = 2;

    @Option(names = "--slots", paramLabel = "N", description = "Slots of each worker; default: the cores, shared out.")
    private @Nullable Integer slots;

    @Option(
            names = "--io-slots",
            paramLabel = "N",
            description = "How many items that wait each worker runs at once besides; default: 1000, or 200 where Java"
                    + " is older than 21.")
    private @Nullable Integer ioSlots;

    @Option(names = "--http-port", paramLabel = "PORT", description = "Default 8520.")
    private @Nullable Integer httpPort;

    @Option(names = "--session-port", paramLabel = "PORT", description = "Default 8521.")
    private @Nullable Integer sessionPort;

    @Option(names = "--akka-port", paramLabel = "PORT", description = "Default 25520.")
    private @Nullable Integer akkaPort;

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description =
                    "What jobs may require of each worker: an amount (gpu=2) or a kind (zone=eu); may be repeated.")
    private List<String> labels = new ArrayList<>();

    private record Child(String name, Process process) {}

    @Override
    public Integer call() throws IOException {
        if (workers < 1) {
            throw new SettingsException("--workers must be 1 or more");
        }
        List<String> worker = worker();
        CompletableFuture<String> end = options.end();
        List<Child> children = new ArrayList<>();
        try {
            children.add(start("coordinator", coordinator(), end));
            for (int i = 1; i <= workers; i++) {
                children.add(start("worker-" + i, worker, end));
            }
            String reason = end.join();
            log.info("Stopping because of {}", reason);
            return reason.endsWith("signal") || reason.endsWith("starter") ? 0 : 1;
        } finally {
            stop(children);
        }
    }

    private List<String> coordinator() {
        List<String> command = new ArrayList<>(List.of("coordinator", "--bind", "127.0.0.1"));
        add(command, "--http-port", httpPort);
        add(command, "--session-port", sessionPort);
        add(command, "--akka-port", akkaPort);
        return command;
    }

    /** Its settings are checked here, before anything is started. */
    private List<String> worker() throws IOException {
        Map<String, String> flags = new HashMap<>();
        CoordinatorCommand.put(flags, "sheaf.coordinator.akka-port", akkaPort);
        CoordinatorCommand.put(flags, "sheaf.worker.labels", labels.isEmpty() ? null : String.join(",", labels));
        Settings settings = options.settings(flags);
        String join = "127.0.0.1:" + settings.number("sheaf.coordinator.akka-port", 1, 65_535);
        int share = slots != null ? slots : Math.max(1, Runtime.getRuntime().availableProcessors() / workers);
        List<String> command = new ArrayList<>(
                List.of("worker", "--join", join, "--bind", "127.0.0.1", "--slots", Integer.toString(share)));
        add(command, "--io-slots", ioSlots);
        for (Label label : settings.workerLabels()) {
            command.addAll(List.of("--label", label.toString()));
        }
        return command;
    }

    private static void add(List<String> command, String flag, @Nullable Integer value) {
        if (value != null) {
            command.add(flag);
            command.add(value.toString());
        }
    }

    private Child start(String name, List<String> arguments, CompletableFuture<String> end) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Home.find().command().toString());
        command.addAll(arguments);
        command.addAll(options.passedOn());
        // It keeps the other end open: however this process ends, its children see that.
        command.add("--parent-pipe");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Thread reader = new Thread(() -> copy(name, process), name + "-log");
        reader.setDaemon(true);
        reader.start();
        var unused = process.onExit()
                .thenAccept(dead -> end.complete(name + " having ended with exit code " + dead.exitValue()));
        return new Child(name, process);
    }

    private static void copy(String name, Process process) {
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.err.println(name + " | " + line);
            }
        } catch (IOException e) {
            log.debug("The log of {} ended", name, e);
        }
    }

    /** Workers first, so that they can say goodbye. */
    private static void stop(List<Child> children) {
        for (int i = children.size() - 1; i >= 0; i--) {
            // Not Process.destroy, which closes the pipes too: the child would not say goodbye, nor be heard.
            children.get(i).process.toHandle().destroy();
            if (i == 1 || i == 0) {
                awaitEnd(children.subList(i, children.size()));
            }
        }
    }

    private static void awaitEnd(List<Child> children) {
        for (Child child : children) {
            try {
                if (!child.process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                    log.warn("{} does not end; killing it", child.name);
                    child.process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                child.process.destroyForcibly();
            }
        }
    }
}
