package io.sheaf.coordinator.rest;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.sheaf.coordinator.session.Credentials;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /api/v1/info} and {@code /health}. Every request must name this host in {@code Host} and, where a browser
 * sends it, come from it by {@code Origin}, so that no page of another site reaches a coordinator on loopback.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Javalin server;
    private final Facts facts;

    /**
     * What the server tells, and to whom.
     *
     * @param version of the product
     * @param startedAt milliseconds since 1970
     * @param sessionPort where sessions are accepted, on the host of this server
     * @param hosts the names under which this server may be asked for, in lower case
     * @param credentials what everybody must know
     * @param tls how to encrypt; empty: not at all
     */
    public record Facts(
            String version,
            long startedAt,
            int sessionPort,
            Set<String> hosts,
            Credentials credentials,
            Optional<SSLContext> tls) {}

    /**
     * A server that listens from now on.
     *
     * @param host the address to bind
     */
    public HttpServer(String host, int port, Facts facts) {
        this.facts = facts;
        this.server = Javalin.create(config -> configure(config, host, port));
        server.start(host, port);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void configure(JavalinConfig config, String host, int port) {
        config.startup.showJavalinBanner = false;
        facts.tls()
                .ifPresent(tls -> config.jetty.addConnector((jetty, http) -> {
                    SslContextFactory.Server secure = new SslContextFactory.Server();
                    secure.setSslContext(tls);
                    ServerConnector connector = new ServerConnector(jetty, secure);
                    connector.setHost(host);
                    connector.setPort(port);
                    return connector;
                }));
        config.routes.before(this::check);
        config.routes.get("/api/v1/info", this::info);
        config.routes.get("/health/live", context -> context.json(Map.of("status", "live")));
        config.routes.get("/health/ready", context -> context.json(Map.of("status", "ready")));
        config.http.prefer405over404 = true;
        config.routes.exception(HttpResponseException.class, HttpServer::explain);
        config.routes.exception(Exception.class, (failure, context) -> {
            log.error("{} {} failed", context.method(), context.path(), failure);
            problem(context, 500, "The coordinator failed to answer this; its log says why");
        });
    }

    private void check(Context context) {
        String name = String.valueOf(context.host());
        if (!facts.hosts().contains(withoutPort(name))) {
            refuse(
                    context,
                    403,
                    "This coordinator is not called " + name + "; add that name to sheaf.coordinator.names");
            return;
        }
        String origin = context.header("Origin");
        if (origin != null && !sameOrigin(origin, name)) {
            refuse(context, 403, "Requests from pages of " + origin + " are not answered");
            return;
        }
        String header = context.header("Authorization");
        String token = header != null && header.startsWith("Bearer ") ? header.substring("Bearer ".length()) : "";
        if (!context.path().startsWith("/health/") && !facts.credentials().accept(token)) {
            context.header("WWW-Authenticate", "Bearer");
            refuse(context, 401, "The token is missing or wrong; send it as `Authorization: Bearer TOKEN`");
        }
    }

    private static boolean sameOrigin(String origin, String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return host.equalsIgnoreCase(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withoutPort(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        int end = lower.startsWith("[") ? lower.indexOf(']') + 1 : lower.indexOf(':');
        return end <= 0 ? lower : lower.substring(0, end);
    }

    private void info(Context context) {
        String host = withoutPort(String.valueOf(context.host()));
        context.json(Map.of(
                "version",
                facts.version(),
                "session",
                host + ":" + facts.sessionPort(),
                "startedAt",
                java.time.Instant.ofEpochMilli(facts.startedAt()).toString()));
    }

    private static void explain(HttpResponseException failure, Context context) {
        switch (failure.getStatus()) {
            case 404 -> problem(context, 404, "There is nothing at " + context.path());
            case 405 -> {
                String allowed = failure.getDetails().getOrDefault("availableMethods", "GET");
                context.header("Allow", allowed);
                problem(context, 405, context.path() + " answers " + allowed + " and not " + context.method());
            }
            default -> problem(context, failure.getStatus(), String.valueOf(failure.getMessage()));
        }
    }

    private static void refuse(Context context, int status, String detail) {
        problem(context, status, detail);
        context.skipRemainingHandlers();
    }

    /** A problem document, RFC 9457. */
    private static void problem(Context context, int status, String detail) {
        context.status(status);
        String title = HttpStatus.getMessage(status);
        context.json(Map.of("type", "about:blank", "title", title, "status", status, "detail", detail));
        context.contentType("application/problem+json");
    }
}
