package io.sheaf.launcher.link;

import io.sheaf.coordinator.dispatch.WorkerEvents;
import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.coordinator.membership.Membership;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A coordinator's end of its links: notes what it is told, and can cut the data connections. */
final class CoordinatorEnd implements WorkerEvents, AutoCloseable {
    static final String TOKEN = "correct horse";

    final AtomicReference<@Nullable String> fatal = new AtomicReference<>();
    final CountDownLatch failed = new CountDownLatch(1);
    private final LinkedBlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final List<SocketChannel> data = new CopyOnWriteArrayList<>();
    private final ServerSocketChannel server;
    private final Membership membership;

    /** What this end was told. */
    sealed interface Told {
        record Registered(WorkerPort port, FromWorker.Register who) implements Told {}

        record Received(WorkerPort port, FromWorker message) implements Told {}

        record Lost(WorkerPort port, DeathReport how) implements Told {}
    }

    CoordinatorEnd(int akkaPort) throws IOException {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        membership = new Membership(
                new ArterySettings("coordinator", "127.0.0.1", akkaPort, Optional.empty()),
                ((InetSocketAddress) server.getLocalAddress()).getPort(),
                TOKEN::equals,
                this,
                () -> {
                    fatal.set("the membership failed");
                    failed.countDown();
                });
        Thread thread = new Thread(this::acceptAll, "test-data-port");
        thread.setDaemon(true);
        thread.start();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void registered(WorkerPort port, FromWorker.Register who) {
        told.add(new Told.Registered(port, who));
        port.taken(1);
    }

    @Override
    public void received(WorkerPort port, FromWorker message) {
        told.add(new Told.Received(port, message));
        port.taken(1);
    }

    @Override
    public void lost(WorkerPort port, DeathReport how) {
        told.add(new Told.Lost(port, how));
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

    /** How many data connections were opened so far. */
    int dataConnections() {
        return data.size();
    }

    void cutData() throws IOException {
        for (SocketChannel channel : data) {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        membership.close();
        cutData();
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel channel = server.accept();
                Transport transport = Transport.of(channel);
                if (Preface.read(transport) == Preface.WORKER_DATA) {
                    data.add(channel);
                    membership.accept(transport);
                }
            }
        } catch (IOException e) {
            if (server.isOpen()) {
                fatal.set("the data port failed: " + e);
            }
        }
    }
}
