package io.sheaf.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Answers each request after 50 ms, on loopback, however many there are. */
final class SlowServer implements AutoCloseable {
    private static final long DELAY_MILLIS = 50;
    private static final byte[] BODY = new byte[1024];

    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
    private final ExecutorService now = Executors.newFixedThreadPool(2);
    private final HttpServer server;

    private SlowServer(HttpServer server) {
        this.server = server;
    }

    static SlowServer start() throws IOException {
        // Beyond 200 it would close connections that could be used again.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
        SlowServer server = new SlowServer(http);
        http.setExecutor(server.now);
        http.createContext("/", exchange -> {
            var unused = server.later.schedule(() -> answer(exchange), DELAY_MILLIS, TimeUnit.MILLISECONDS);
        });
        http.start();
        return server;
    }

    private static void answer(HttpExchange exchange) {
        try (exchange) {
            exchange.sendResponseHeaders(200, BODY.length);
            exchange.getResponseBody().write(BODY);
        } catch (IOException e) {
            // Whoever asked has gone.
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        now.shutdownNow();
        later.shutdownNow();
    }
}
