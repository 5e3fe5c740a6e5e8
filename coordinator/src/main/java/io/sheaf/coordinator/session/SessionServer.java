package io.sheaf.coordinator.session;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.dispatch.ClientEvents;
import io.sheaf.protocol.wire.Preface;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on the session port, over TCP or a Unix domain socket, and hands each to those whom its first
 * bytes ask for. Whoever does not say within 10 s what it wants is turned away, and so is a client that does not say
 * within 10 s more who it is. More than 256 of both at a time are not let in.
 */
public final class SessionServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RETRY_MILLIS = 100;
    private static final Logger log = LoggerFactory.getLogger(SessionServer.class);
    private static final int STRANGERS = 256;

    /** More than a pause of 5 s for a garbage collection, which is no reason to stop what runs for that client. */
    private static final int MOST_SILENT_SECONDS = 8;

    /** No network can swallow what a client on this host says: it is in a debugger, say, and is waited for. */
    private static final int MOST_SILENT_SECONDS_HERE = 30;

    private final Admission admission;
    private final ClientEvents clients;
    private final CodeStore code;
    private final Consumer<Transport> workers;
    private final ServerSocketChannel server;
    private final Duration patience;
    private final Semaphore strangers = new Semaphore(STRANGERS);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "session-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Who is let in.
     *
     * @param credentials what they must know
     * @param tls how TCP connections are encrypted; empty: not at all
     */
    public record Admission(Credentials credentials, Optional<SSLContext> tls) {}

    /**
     * A server that listens from now on.
     *
     * @param address where; a Unix domain socket's directory decides who may connect
     * @param workers gets the connections that workers open for bodies, their first four bytes read
     * @throws IOException when it cannot listen there
     */
    public SessionServer(
            SocketAddress address,
            Admission admission,
            ClientEvents clients,
            CodeStore code,
            Consumer<Transport> workers)
            throws IOException {
        this(address, admission, clients, code, workers, PATIENCE);
    }

    SessionServer(
            SocketAddress address,
            Admission admission,
            ClientEvents clients,
            CodeStore code,
            Consumer<Transport> workers,
            Duration patience)
            throws IOException {
        this.patience = patience;
        this.admission = admission;
        this.clients = clients;
        this.code = code;
        this.workers = workers;
        this.server = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        Thread thread = new Thread(this::acceptAll, "session-accept");
        thread.setDaemon(true);
        thread.start();
    }

    /** The port that it listens on; 0 for a Unix domain socket. */
    public int port() throws IOException {
        return server.getLocalAddress() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    /** Accepts nobody any more; the sessions that are open go on. */
    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
        } catch (IOException e) {
            log.debug("Closing the session port failed", e);
        }
        deadlines.shutdownNow();
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                admit(server.accept());
            } catch (IOException e) {
                if (server.isOpen()) {
                    log.warn("A connection could not be accepted: {}", e.getMessage());
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

    private void admit(SocketChannel channel) {
        if (!strangers.tryAcquire()) {
            log.warn("Too many connections that do not say what they want; turned one away");
            close(channel);
            return;
        }
        Thread thread = new Thread(() -> welcome(channel), "session-stranger");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // The system gives no further thread. Whoever is here keeps being served, and the next may be luckier.
            log.warn("A connection was turned away: {}", e.getMessage());
            strangers.release();
            close(channel);
        }
    }

    private void welcome(SocketChannel channel) {
        Runnable known = once(strangers::release);
        try {
            ScheduledFuture<?> deadline = expire(() -> close(channel));
            Transport transport = open(channel);
            Preface preface = Preface.read(transport);
            deadline.cancel(false);
            if (preface == Preface.WORKER_DATA) {
                workers.accept(transport);
                known.run();
            } else {
                watchOver(new Session(transport, admission.credentials, clients, code, known), channel);
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            log.debug("A connection came to nothing: {}", e.getMessage());
            known.run();
            close(channel);
        }
    }

    private void watchOver(Session session, SocketChannel channel) {
        ScheduledFuture<?> unused = expire(session::closeStranger);
        if (isLocal(channel)) {
            session.start(() -> {});
            return;
        }
        int mostSilent = isOnThisHost(channel) ? MOST_SILENT_SECONDS_HERE : MOST_SILENT_SECONDS;
        ScheduledFuture<?> looks =
                deadlines.scheduleWithFixedDelay(() -> session.look(mostSilent), 1, 1, TimeUnit.SECONDS);
        session.start(() -> looks.cancel(false));
    }

    private ScheduledFuture<?> expire(Runnable end) {
        return deadlines.schedule(end, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Runnable once(Runnable task) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                task.run();
            }
        };
    }

    /** Such a peer can end, but it cannot be cut off. */
    private static boolean isLocal(SocketChannel channel) {
        try {
            return !(channel.getRemoteAddress() instanceof InetSocketAddress);
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isOnThisHost(SocketChannel channel) {
        InetAddress peer = channel.socket().getInetAddress();
        return peer == null
                || peer.isLoopbackAddress()
                || peer.equals(channel.socket().getLocalAddress());
    }

    private Transport open(SocketChannel channel) throws IOException {
        if (isLocal(channel)) {
            return Transport.of(channel);
        }
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Transport.keepAlive(channel);
        if (admission.tls.isEmpty()) {
            return Transport.of(channel);
        }
        Socket socket = channel.socket();
        SSLSocket secure = (SSLSocket) admission.tls.get().getSocketFactory().createSocket(socket, null, true);
        secure.setUseClientMode(false);
        secure.startHandshake();
        return Transport.of(secure, socket);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("Closing a connection failed", e);
        }
    }
}
