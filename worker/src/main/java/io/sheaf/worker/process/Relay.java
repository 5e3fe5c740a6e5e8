package io.sheaf.worker.process;

import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of tasks to the coordinator: whoever connects to its socket, in a directory of this user alone, is connected
 * with the coordinator's sessions, whose address and encryption tasks need not know. Bytes are carried as they come, and
 * when one end closes, or its process dies, so does the other.
 */
public final class Relay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);
    private static final int BUFFER = 1 << 16;
    private static final long RETRY_MILLIS = 100;

    private final Route route;
    private final ServerSocketChannel server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<Transport> open = ConcurrentHashMap.newKeySet();

    /** Where connections go. Safe for use by many threads. */
    @FunctionalInterface
    public interface Route {
        /** A new connection to the coordinator's sessions. */
        Transport dial() throws IOException;
    }

    /**
     * A relay that accepts connections from now on.
     *
     * @throws IOException when it cannot listen there
     */
    Relay(Path socket, Route route) throws IOException {
        this.route = route;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            server.close();
            throw e;
        }
        start(this::acceptAll, "relay");
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                Transport task = Transport.of(server.accept());
                start(() -> connect(task), "relay-out");
            } catch (IOException | OutOfMemoryError e) {
                if (server.isOpen()) {
                    log.warn("A task could not be connected with the coordinator: {}", e.getMessage());
                    rest();
                }
            }
        }
    }

    /** The usual reason, too many open files, does not go away by asking again at once. */
    private void rest() {
        try {
            boolean unused = closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Transport task) {
        open.add(task);
        try (Transport coordinator = route.dial()) {
            open.add(coordinator);
            try {
                if (closed.getCount() > 0) {
                    start(() -> carry(coordinator, task), "relay-in");
                    carry(task, coordinator);
                }
            } finally {
                open.remove(coordinator);
            }
        } catch (IOException | OutOfMemoryError e) {
            log.warn("A task could not be connected with the coordinator: {}", e.getMessage());
        } finally {
            close(task);
            open.remove(task);
        }
    }

    /** Until either is closed; closes both. */
    private static void carry(Transport from, Transport to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                to.write(buffer);
                buffer.clear();
            }
        } catch (IOException e) {
            log.debug("A connection of a task has ended: {}", e.getMessage());
        } finally {
            close(from);
            close(to);
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            log.debug("Closing the relay failed", e);
        }
        open.forEach(Relay::close);
    }

    private static void close(Transport transport) {
        try {
            transport.close();
        } catch (IOException e) {
            log.debug("Closing a connection of a task failed", e);
        }
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
