package io.sheaf.builtins;

import io.sheaf.RemoteFunction;
import java.io.IOException;
import java.io.Serializable;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code fetch}: an HTTP GET per URI, whose body is counted and hashed as it arrives and never kept.
 *
 * <p>Redirects are followed (up to five, never from https to http); any status is a result, also 404 or 503. A connection
 * must stand within 10 seconds; after that the server may be silent for 30 seconds (see {@link #Fetch(Duration)}), while
 * a slow answer may take as long as it likes.
 *
 * <p>Safe for use by many threads, which share the connections of their process.
 */
public final class Fetch implements RemoteFunction<URI, Fetch.Answer> {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Duration silence;

    /**
     * What the server said.
     *
     * @param uri as it was given, before any redirect
     * @param status the HTTP status of the last answer
     * @param bytes the length of the body as it was sent
     * @param millis from the request to the last byte of the body
     * @param sha256 of the body, 64 lower-case hexadecimal digits
     */
    public record Answer(String uri, int status, long bytes, long millis, String sha256) implements Serializable {}

    /** Gives up after 30 seconds of silence. */
    public Fetch() {
        this(SILENCE);
    }

    /** Gives up when the server sends nothing for the given time; noticed after twice that time at most. */
    public Fetch(Duration silence) {
        this.silence = silence;
    }

    /**
     * Fetches one URI.
     *
     * @throws IllegalArgumentException if it is not an absolute http or https URI
     * @throws IOException if there is no answer: connection refused, unknown host, bad certificate, silence, broken off
     * @throws InterruptedException if the thread is interrupted; the request is given up
     */
    @Override
    public Answer apply(URI uri) throws IOException, InterruptedException {
        HttpRequest request = request(uri);
        AtomicLong arrived = new AtomicLong();
        long start = System.nanoTime();
        CompletableFuture<HttpResponse<BodyDigest.Body>> pending = SharedClient.HTTP.sendAsync(request, info -> {
            arrived.incrementAndGet();
            return new BodyDigest(arrived);
        });
        HttpResponse<BodyDigest.Body> response = await(uri, pending, arrived);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        BodyDigest.Body body = response.body();
        return new Answer(uri.toString(), response.statusCode(), body.bytes(), millis, body.sha256());
    }

    private static HttpRequest request(URI uri) {
        try {
            return HttpRequest.newBuilder(uri)
                    .header("User-Agent", "sheaf-fetch")
                    .build();
        } catch (IllegalArgumentException notHttp) {
            throw new IllegalArgumentException(
                    "Cannot fetch '" + uri + "': " + notHttp.getMessage()
                            + ". Give an absolute URI such as https://example.org/page.",
                    notHttp);
        }
    }

    private <T> T await(URI uri, CompletableFuture<T> pending, AtomicLong arrived)
            throws IOException, InterruptedException {
        long before = 0;
        while (true) {
            try {
                return pending.get(silence.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException quiet) {
                long now = arrived.get();
                if (now == before) {
                    pending.cancel(true);
                    throw new HttpTimeoutException("GET " + uri + ": the server sent nothing for " + silence.toMillis()
                            + " ms. Is it overloaded? Try again later, or allow retries.");
                }
                before = now;
            } catch (InterruptedException interrupted) {
                pending.cancel(true);
                throw interrupted;
            } catch (ExecutionException failed) {
                throw new IOException("GET " + uri + ": " + reason(uri, failed), failed.getCause());
            }
        }
    }

    private static String reason(URI uri, ExecutionException failed) {
        String reason = failed.getCause() instanceof ConnectException
                ? "no connection to " + uri.getAuthority()
                        + ". Is a server listening there, and can the worker reach it?"
                : String.valueOf(failed.getMessage());
        for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                reason = "unknown host '" + uri.getHost() + "'. Check the spelling, and name resolution on the worker.";
            }
        }
        return reason;
    }

    /** Made at first use, so that listing or starting the function opens nothing; its threads do not outlive the process. */
    private static final class SharedClient {

        // HTTP/1.1, as the JDK's client fails requests beyond the streams a server allows on one HTTP/2 connection.
        static final HttpClient HTTP = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }
}
