package io.sheaf.launcher;

import io.sheaf.coordinator.code.CodeStore;
import io.sheaf.coordinator.dispatch.Coordinator;
import io.sheaf.coordinator.dispatch.CoordinatorInfo;
import io.sheaf.coordinator.dispatch.Keeping;
import io.sheaf.coordinator.journal.JdbcJournal;
import io.sheaf.coordinator.journal.Journal;
import io.sheaf.coordinator.journal.Leadership;
import io.sheaf.coordinator.membership.Membership;
import io.sheaf.coordinator.rest.HttpServer;
import io.sheaf.coordinator.session.Credentials;
import io.sheaf.coordinator.session.SessionServer;
import io.sheaf.coordinator.spill.Memory;
import io.sheaf.coordinator.spill.SpillDirectory;
import io.sheaf.launcher.home.Home;
import io.sheaf.launcher.settings.Addresses;
import io.sheaf.launcher.settings.Settings;
import io.sheaf.launcher.settings.SettingsException;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.wire.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/** A coordinator: its parts, put together. */
final class CoordinatorProcess implements AutoCloseable {
    private final Optional<Leadership> leadership;
    private final CodeStore code;
    private final Coordinator coordinator;
    private final CompletableFuture<Membership> membership = new CompletableFuture<>();
    private final SessionServer sessions;
    private final HttpServer http;
    private final String url;

    /** The only coordinator. */
    CoordinatorProcess(Settings settings, Runnable onFatal) throws IOException {
        this(settings, Optional.empty(), onFatal);
    }

    /** @param leadership of several coordinators; given up when this is closed. Empty: this is the only one */
    CoordinatorProcess(Settings settings, Optional<Leadership> leadership, Runnable onFatal) throws IOException {
        this.leadership = leadership;
        Addresses.Own own = Addresses.own("sheaf.coordinator", settings);
        String host = own.bind();
        int httpPort = settings.number("sheaf.coordinator.http-port", 0, 65_535);
        int sessionPort = settings.number("sheaf.coordinator.session-port", 0, 65_535);
        int akkaPort = settings.number("sheaf.coordinator.akka-port", 0, 65_535);
        Optional<TlsFiles> files = settings.tls();
        Optional<SSLContext> tls = files.isPresent() ? Optional.of(files.get().context()) : Optional.empty();
        Credentials credentials = new Credentials(Optional.of(settings.token()).filter(token -> !token.isEmpty()));
        Clock clock = Clock.systemUTC();
        long startedAt = clock.millis();
        Path data = settings.dataDirectory();
        this.code = new CodeStore(data.resolve("code"), false, leadership.map(Leadership::files));
        CoordinatorInfo about = about(startedAt, settings);
        this.coordinator = new Coordinator(
                about, code, memory(settings, data), keeping(settings, data, leadership, startedAt), clock, onFatal);
        this.sessions = inUse(
                "sheaf.coordinator.session-port",
                sessionPort,
                () -> new SessionServer(
                        new InetSocketAddress(host, sessionPort),
                        new SessionServer.Admission(credentials, tls),
                        coordinator,
                        code,
                        transport -> membership.join().accept(transport)));
        int dataPort = sessions.port();
        membership.complete(inUse(
                "sheaf.coordinator.akka-port",
                akkaPort,
                () -> new Membership(
                        new ArterySettings("coordinator", own.advertised(), host, akkaPort, files),
                        dataPort,
                        credentials::accept,
                        coordinator,
                        onFatal)));
        HttpServer.Facts facts =
                new HttpServer.Facts(Home.version(), startedAt, dataPort, names(settings, own), credentials, tls);
        this.http = inUse("sheaf.coordinator.http-port", httpPort, () -> http(host, httpPort, facts));
        this.url = (tls.isPresent() ? "https" : "http") + "://" + written(own.advertised()) + ":" + http.port();
    }

    /** Where clients reach it. */
    String url() {
        return url;
    }

    private static CoordinatorInfo about(long startedAt, Settings settings) {
        return new CoordinatorInfo(
                Home.version(), Home.hostName(), ProcessHandle.current().pid(), startedAt, settings.lines());
    }

    private static Memory memory(Settings settings, Path data) throws IOException {
        return new Memory(
                settings.bytes("sheaf.coordinator.memory-budget", 1 << 20, Memory.defaultBudget()),
                SpillDirectory.open(data.resolve("spill")));
    }

    private static Keeping keeping(Settings settings, Path data, Optional<Leadership> leadership, long startedAt) {
        long millis = settings.millis("sheaf.coordinator.keep-ended", TimeUnit.MINUTES.toMillis(1));
        long bytes = settings.bytes("sheaf.coordinator.journal-size", 1 << 20, Long.MAX_VALUE);
        Journal journal = leadership.isPresent()
                ? JdbcJournal.postgres(leadership.get(), startedAt)
                : JdbcJournal.sqlite(data.resolve("journal"), startedAt);
        return new Keeping(Optional.of(journal), millis, bytes);
    }

    /** As in a URL. */
    private static String written(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static Set<String> names(Settings settings, Addresses.Own own) {
        Set<String> names = new HashSet<>(Arrays.asList(
                "localhost",
                "127.0.0.1",
                "[::1]",
                written(own.bind()),
                written(own.advertised()),
                settings.text("sheaf.coordinator.bind"),
                settings.text("sheaf.coordinator.advertise"),
                Home.hostName()));
        names.addAll(List.of(settings.text("sheaf.coordinator.names").split(",", -1)));
        Set<String> lower = new HashSet<>();
        names.forEach(name -> lower.add(name.strip().toLowerCase(Locale.ROOT)));
        return lower;
    }

    /** Tries the port first, because Jetty and Javalin both have a lot to say when they cannot open it. */
    private static HttpServer http(String host, int port, HttpServer.Facts facts) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(host, port));
        }
        return new HttpServer(host, port, facts);
    }

    private interface Opening<T> {
        T open() throws IOException;
    }

    /** A coordinator that stands by learns now, and not when it is needed, that another process has its ports. */
    static void checkPorts(Settings settings) throws IOException {
        String host = Addresses.own("sheaf.coordinator", settings).bind();
        for (String name : List.of("http-port", "session-port", "akka-port")) {
            String key = "sheaf.coordinator." + name;
            int port = settings.number(key, 0, 65_535);
            ServerSocket probe = inUse(key, port, () -> new ServerSocket(port, 1, InetAddress.getByName(host)));
            probe.close();
        }
    }

    /** The usual reason why a port cannot be opened deserves a better message than a stack trace. */
    private static <T> T inUse(String key, int port, Opening<T> opening) throws IOException {
        try {
            return opening.open();
        } catch (IOException | RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof java.net.BindException) {
                    throw new SettingsException("Port " + port + " cannot be opened (" + cause.getMessage()
                            + "): another process has it, perhaps another coordinator; stop that, or set " + key
                            + " (--" + key.substring(key.lastIndexOf('.') + 1) + ")");
                }
            }
            throw e;
        }
    }

    @Override
    public void close() {
        // By it clients find the one at work.
        http.close();
        // Before the sessions: else their end would be taken for that of their clients, whose live jobs go on later.
        coordinator.close();
        leadership.ifPresent(Leadership::close);
        sessions.close();
        membership.join().close();
        code.close();
    }
}
