package io.sheaf.launcher.local;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.coordinator.dispatch.ClientPort;
import io.sheaf.coordinator.dispatch.Coordinator;
import io.sheaf.coordinator.dispatch.CoordinatorInfo;
import io.sheaf.coordinator.dispatch.Keeping;
import io.sheaf.coordinator.session.Credentials;
import io.sheaf.coordinator.session.SessionServer;
import io.sheaf.coordinator.spill.Memory;
import io.sheaf.coordinator.spill.SpillDirectory;
import io.sheaf.launcher.home.WorkerSetup;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Transport;
import io.sheaf.worker.agent.Agent;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Both roles in one process, without an actor system and without a network port: the socket's directory decides who may
 * connect. It serves one client and is over when that client is.
 */
public final class LocalNode implements AutoCloseable {
    private final Coordinator coordinator;
    private final Agent agent;
    private final SessionServer server;
    private final CodeStore code;
    private final CompletableFuture<String> over = new CompletableFuture<>();

    /**
     * A node that accepts its client from now on.
     *
     * @param setup what its worker is like
     * @param socket where to listen
     * @param data a directory for whatever else the node needs
     * @throws IOException when it cannot listen there
     */
    public LocalNode(WorkerSetup setup, String version, Path socket, Path data) throws IOException {
        Clock clock = Clock.systemUTC();
        CoordinatorInfo about = new CoordinatorInfo(
                version, setup.host(), ProcessHandle.current().pid(), clock.millis(), List.of());
        this.code = new CodeStore(data.resolve("code"), true);
        Memory memory = new Memory(Memory.defaultBudget(), SpillDirectory.open(data.resolve("spill")));
        this.coordinator = new Coordinator(
                about, code, memory, Keeping.inMemory(), clock, () -> over.complete("the coordinator failed"));
        this.agent = setup.agent(
                new WorkerId("local"),
                data.resolve("code"),
                true,
                () -> Transport.of(SocketChannel.open(UnixDomainSocketAddress.of(socket))),
                () -> over.complete("the worker failed"));
        new InProcessLink(coordinator, agent);
        this.server = new SessionServer(
                UnixDomainSocketAddress.of(socket),
                new SessionServer.Admission(new Credentials(Optional.empty()), Optional.empty()),
                new OnlyClient(),
                code,
                transport -> {});
    }

    /** Completes, with the reason, when the node should end. */
    public CompletableFuture<String> over() {
        return over;
    }

    @Override
    public void close() {
        server.close();
        agent.close();
        coordinator.close();
        code.close();
    }

    /** Besides this client only its own tasks come. */
    private final class OnlyClient implements ClientEvents {
        private final Set<ClientPort> tasks = ConcurrentHashMap.newKeySet();

        @Override
        public Optional<JobId> jobOf(String token) {
            return coordinator.jobOf(token);
        }

        @Override
        public void opened(ClientPort port, Optional<JobId> within) {
            if (within.isPresent()) {
                tasks.add(port);
            }
            coordinator.opened(port, within);
        }

        @Override
        public void received(ClientPort port, FromClient message) {
            coordinator.received(port, message);
        }

        @Override
        public void slow(ClientPort port) {
            coordinator.slow(port);
        }

        @Override
        public void caughtUp(ClientPort port) {
            coordinator.caughtUp(port);
        }

        @Override
        public void closed(ClientPort port) {
            coordinator.closed(port);
            if (!tasks.remove(port)) {
                over.complete("its client is gone");
            }
        }
    }
}
