package io.sheaf.launcher;

import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.home.WorkerSetup;
import io.sheaf.launcher.settings.Addresses;
import io.sheaf.launcher.settings.Settings;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.wire.TlsFiles;
import io.sheaf.protocol.wire.Transport;
import io.sheaf.worker.agent.Agent;
import io.sheaf.worker.link.ClusterLink;
import io.sheaf.worker.link.LinkSettings;
import io.sheaf.worker.process.ClassData;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker: its parts, put together. */
final class WorkerProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);
    private static final int LETTERS = 36 * 36 * 36 * 36 * 36;

    private final Agent agent;
    private final ClusterLink link;

    WorkerProcess(Settings settings, Consumer<String> onEnd) throws IOException {
        int slots = settings.number("sheaf.worker.slots", 0, 10_000);
        List<Path> classPath = Home.find().executorClassPath();
        WorkerSetup setup = new WorkerSetup(
                slots == 0 ? Runtime.getRuntime().availableProcessors() : slots,
                WorkerSetup.ioSlots(settings.number("sheaf.worker.io-slots", 0, 10_000)),
                classPath,
                settings.isOn("sheaf.class-data") ? ClassData.of(classPath, 0) : ClassData.none(),
                Home.hostName(),
                Home.version(),
                settings.workerLabels(),
                true);
        WorkerId id = new WorkerId(setup.host() + "-"
                + Integer.toString(LETTERS + new SecureRandom().nextInt(LETTERS), 36)
                        .substring(1));
        LinkSettings target = link(settings);
        this.agent = setup.agent(
                id,
                settings.dataDirectory().resolve("worker-code"),
                false,
                this::dialSession,
                () -> onEnd.accept("the worker failed; its log says why"));
        this.link = new ClusterLink(id, target, agent, onEnd, () -> onEnd.accept("the link failed; the log says why"));
        log.info(
                "Worker {} with {} slots and {} for what waits{} looks for the coordinator at {}",
                id,
                setup.slots(),
                setup.ioSlots(),
                labelled(setup),
                target);
    }

    private Transport dialSession() throws IOException {
        return link.dialSession();
    }

    private static String labelled(WorkerSetup setup) {
        return setup.labels().isEmpty() ? "" : ", and labels " + setup.labels();
    }

    private static LinkSettings link(Settings settings) throws IOException {
        List<Addresses.Coordinator> all = Addresses.coordinators(settings);
        Optional<TlsFiles> files = settings.tls();
        Addresses.Own own = Addresses.own("sheaf.worker", settings);
        return new LinkSettings(
                new ArterySettings("worker", own.advertised(), own.bind(), 0, files),
                all.get(0).host(),
                all.get(0).port(),
                all.stream()
                        .skip(1)
                        .map(other -> InetSocketAddress.createUnresolved(other.host(), other.port()))
                        .toList(),
                settings.token(),
                files.isPresent() ? Optional.of(files.get().context()) : Optional.empty());
    }

    /** Does this once the worker has left the cluster's work because the coordinator was asked to have it leave. */
    void onLeft(Runnable action) {
        var unused = agent.left().thenRun(action);
    }

    /** Takes nothing new, gives what runs up to 10 s, and leaves the cluster. */
    void leave() {
        await(agent.leave(), 12);
        await(link.leave(), 6);
    }

    private static void await(CompletableFuture<Void> end, long seconds) {
        try {
            end.completeOnTimeout(null, seconds, TimeUnit.SECONDS).get();
        } catch (java.util.concurrent.ExecutionException e) {
            log.warn("Leaving did not go well", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        link.close();
        agent.close();
    }
}
