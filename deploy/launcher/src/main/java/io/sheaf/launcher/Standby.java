package io.sheaf.launcher;

import io.sheaf.coordinator.journal.Leadership;
import io.sheaf.coordinator.journal.PostgresPlace;
import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A coordinator before it is its turn. */
final class Standby {
    private static final Logger log = LoggerFactory.getLogger(Standby.class);

    private final Settings settings;
    private final Changing changing;

    /** The settings of this process, but for some. */
    interface Changing {
        Settings with(Map<String, String> changes) throws IOException;
    }

    Standby(Settings settings, Changing changing) {
        this.settings = settings;
        this.changing = changing;
    }

    /**
     * Waits until this coordinator is to lead; whenever it does so no longer, this process ends at once.
     *
     * @return empty when the wait is over without that
     */
    Optional<Leadership> await(BooleanSupplier isOver) throws IOException {
        CoordinatorProcess.checkPorts(settings);
        PostgresPlace journal = new PostgresPlace(
                settings.text("sheaf.journal.url").strip(),
                settings.text("sheaf.journal.user").strip(),
                settings.text("sheaf.journal.password"));
        Optional<Leadership> leadership = Leadership.await(journal, holder(), this::startRehearsal, isOver);
        leadership.ifPresent(held -> held.keep(Standby::endAtOnce));
        return leadership;
    }

    /** For people who ask who leads. */
    private String holder() {
        return "the coordinator on " + Home.hostName() + " with HTTP port "
                + settings.text("sheaf.coordinator.http-port") + " (process "
                + ProcessHandle.current().pid() + ")";
    }

    /** Nothing that this process does or says counts any more. */
    private static void endAtOnce(String why) {
        log.error("The coordinator ends at once: {}", why);
        Runtime.getRuntime().halt(1);
    }

    private void startRehearsal() {
        Thread thread = new Thread(this::rehearse, "rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts a coordinator for nobody and ends it, so that it takes less time when it matters. */
    private void rehearse() {
        try {
            Path folder = Files.createTempDirectory("sheaf-rehearsal");
            try {
                Settings pretended = changing.with(Map.of(
                        "sheaf.data-dir", folder.toString(),
                        "sheaf.coordinator.bind", "127.0.0.1",
                        "sheaf.coordinator.advertise", "",
                        "sheaf.coordinator.http-port", "0",
                        "sheaf.coordinator.session-port", "0",
                        "sheaf.coordinator.akka-port", "0"));
                new CoordinatorProcess(pretended, () -> {}).close();
            } finally {
                delete(folder);
            }
        } catch (IOException | RuntimeException e) {
            log.debug("Nothing was learned from the rehearsal", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = new ArrayList<>(found.toList());
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(all.get(i));
        }
    }
}
