package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.home.UserDirectory;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.wire.TlsFiles;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;

/** Opens sessions with running coordinators. */
public final class Sessions {
    private static final Pattern SESSION = Pattern.compile("\"session\"\\s*:\\s*\"([^\"]+):(\\d+)\"");
    private static final int PATIENCE_MILLIS = 10_000;
    /** So long another one may take to be at work when one has ended, with some to spare. */
    private static final long TAKE_OVER_MILLIS = 10_000;

    private Sessions() {}

    /**
     * Asks the coordinator where its session port is and connects to it. The token is taken from {@code SHEAF_TOKEN},
     * else from {@code ~/.sheaf/token}; whom to trust, for {@code https}, from the PEM file that {@code SHEAF_CA} names,
     * else Java's own trust store. A connection that is lost later is made again, see {@link ReconnectingSession}.
     *
     * @throws ClusterUnreachableException when no coordinator answers there
     * @throws RequestFailedException when it does not let this client in
     */
    public static Session connect(CoordinatorAddress address) {
        return connect(address, token());
    }

    /**
     * As {@link #connect(CoordinatorAddress)}, with this token.
     *
     * @param token the access token, or empty
     */
    public static Session connect(CoordinatorAddress address, String token) {
        Reconnection reconnection = Reconnection.configured();
        long limit = Math.min(TAKE_OVER_MILLIS, reconnection.limit().toMillis());
        Ways ways = new Ways(address.each(), limit, new Reach(token));
        return ReconnectingSession.open(address.toString(), reconnection, ways::open);
    }

    private record Reach(String token) implements Ways.Reach {
        @Override
        public void ask(CoordinatorAddress address, int patienceMillis) {
            orUnreachable(address, () -> sessionAddress(address, token, patienceMillis, tls(address)));
        }

        @Override
        public SocketSession open(
                CoordinatorAddress address,
                Consumer<ClusterUnreachableException> lost,
                Supplier<Optional<String>> others) {
            return orUnreachable(address, () -> {
                Optional<SSLContext> tls = tls(address);
                InetSocketAddress session = sessionAddress(address, token, PATIENCE_MILLIS, tls);
                Transport transport = Transport.connect(session, PATIENCE_MILLIS, tls);
                return SocketSession.openWatched(address.toString(), transport, token, lost, others);
            });
        }
    }

    private interface Attempt<T> {
        T run() throws IOException;
    }

    private static <T> T orUnreachable(CoordinatorAddress address, Attempt<T> attempt) {
        try {
            return attempt.run();
        } catch (IOException e) {
            throw new ClusterUnreachableException(
                    "No coordinator answers at " + address + " (" + e.getMessage()
                            + "); start one with `sheaf coordinator`, or name another with SHEAF_CLUSTER",
                    e);
        }
    }

    private static Optional<SSLContext> tls(CoordinatorAddress address) throws IOException {
        return address.secure()
                ? Optional.of(new TlsFiles(Optional.empty(), Optional.empty(), authorities()).context())
                : Optional.empty();
    }

    private static InetSocketAddress sessionAddress(
            CoordinatorAddress address, String token, int patience, Optional<SSLContext> tls) throws IOException {
        HttpURLConnection request =
                (HttpURLConnection) URI.create(address + "/api/v1/info").toURL().openConnection();
        if (request instanceof HttpsURLConnection https && tls.isPresent()) {
            https.setSSLSocketFactory(tls.get().getSocketFactory());
        }
        request.setConnectTimeout(patience);
        request.setReadTimeout(patience);
        if (!token.isEmpty()) {
            request.setRequestProperty("Authorization", "Bearer " + token);
        }
        int status = request.getResponseCode();
        if (status == 401 || status == 403) {
            throw new RequestFailedException(
                    Problem.NOT_AUTHENTICATED,
                    address + (token.isEmpty() ? " wants a token" : " does not accept this token")
                            + "; set SHEAF_TOKEN or write it to ~/.sheaf/token");
        }
        if (status != 200) {
            throw new IOException("it answered with status " + status);
        }
        try (InputStream in = request.getInputStream()) {
            String body = new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
            Matcher found = SESSION.matcher(body);
            if (!found.find()) {
                throw new IOException("what answers there is no coordinator");
            }
            return resolve(found.group(1).replaceAll("^\\[|]$", ""), found.group(2));
        }
    }

    private static InetSocketAddress resolve(String host, String port) throws IOException {
        try {
            InetSocketAddress session = new InetSocketAddress(host, Integer.parseInt(port));
            if (session.isUnresolved()) {
                throw new IOException("it takes sessions at " + host + ", which cannot be found from here");
            }
            return session;
        } catch (IllegalArgumentException e) {
            throw new IOException("it takes sessions at " + host + ":" + port + ", which is no address", e);
        }
    }

    private static Optional<Path> authorities() {
        return Optional.ofNullable(System.getenv("SHEAF_CA"))
                .filter(path -> !path.isBlank())
                .map(Path::of);
    }

    private static String token() {
        String set = System.getenv("SHEAF_TOKEN");
        if (set != null && !set.isBlank()) {
            return set.strip();
        }
        Path file = UserDirectory.resolve("token");
        try {
            return Files.isReadable(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            return "";
        }
    }
}
