package io.sheaf.launcher.link;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.worker.agent.CoordinatorEvents;
import io.sheaf.worker.agent.CoordinatorPort;
import io.sheaf.worker.link.ClusterLink;
import io.sheaf.worker.link.LinkSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A worker's end of its link: registers when it is attached, and notes what it is told. */
final class WorkerEnd implements CoordinatorEvents, AutoCloseable {
    final LinkedBlockingQueue<String> refusals = new LinkedBlockingQueue<>();
    final ClusterLink link;
    private final WorkerId id;
    private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private volatile boolean late;

    /** What this end was told. */
    sealed interface Told {
        record Attached(CoordinatorPort port) implements Told {}

        record Received(ToWorker message) implements Told {}

        record Detached(List<FromWorker> undelivered) implements Told {}
    }

    WorkerEnd(String name, int coordinatorPort, String token) {
        id = new WorkerId(name);
        link = new ClusterLink(
                id,
                new LinkSettings(
                        new ArterySettings("worker", "127.0.0.1", 0, Optional.empty()),
                        "127.0.0.1",
                        coordinatorPort,
                        token,
                        Optional.empty()),
                this,
                refusals::add,
                () -> refusals.add("the link failed"));
    }

    /** From now on only {@link #register} registers. */
    void registerLate() {
        late = true;
    }

    void register(CoordinatorPort port) {
        port.send(new FromWorker.Register(new WorkerInfo(id, "here", 1, 1, 0, "test", List.of()), List.of(), 1));
    }

    @Override
    public void attached(CoordinatorPort port) {
        if (!late) {
            register(port);
        }
        told.add(new Told.Attached(port));
    }

    @Override
    public void received(ToWorker message) {
        told.add(new Told.Received(message));
    }

    @Override
    public void detached(List<FromWorker> undelivered) {
        told.add(new Told.Detached(undelivered));
    }

    /** What comes next, which must be of that kind. */
    <T extends Told> T next(Class<T> kind, long seconds) throws InterruptedException {
        Told next = told.poll(seconds, TimeUnit.SECONDS);
        if (!kind.isInstance(next)) {
            throw new AssertionError("Expected " + kind.getSimpleName() + " within " + seconds + " s, got " + next);
        }
        return kind.cast(next);
    }

    boolean isQuiet() {
        return told.isEmpty();
    }

    @Override
    public void close() {
        link.close();
    }
}
