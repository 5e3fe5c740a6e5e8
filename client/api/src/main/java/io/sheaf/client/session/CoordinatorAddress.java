package io.sheaf.client.session;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a coordinator's HTTP port is, and those of others that may be at work in its place.
 *
 * @param secure whether it speaks TLS
 * @param others which have none themselves
 */
public record CoordinatorAddress(boolean secure, String host, int port, List<CoordinatorAddress> others) {
    private static final int DEFAULT_PORT = 8520;

    /** Of the only one there is. */
    public CoordinatorAddress(boolean secure, String host, int port) {
        this(secure, host, port, List.of());
    }

    /**
     * Reads {@code http://HOST[:PORT]}, or {@code https}, or {@code HOST[:PORT]}; several with commas between them.
     *
     * @throws IllegalArgumentException when the text is nothing of these
     */
    public static CoordinatorAddress parse(String text) {
        List<CoordinatorAddress> all = Stream.of(text.split(",", -1))
                .map(String::strip)
                .map(CoordinatorAddress::one)
                .toList();
        CoordinatorAddress first = all.get(0);
        return new CoordinatorAddress(first.secure, first.host, first.port, all.subList(1, all.size()));
    }

    /** Each by itself, this one first. */
    List<CoordinatorAddress> each() {
        return Stream.concat(Stream.of(new CoordinatorAddress(secure, host, port)), others.stream())
                .toList();
    }

    private static CoordinatorAddress one(String text) {
        String full = text.contains("://") ? text : "http://" + text;
        try {
            URI uri = new URI(full);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!http || uri.getHost() == null) {
                throw new IllegalArgumentException(
                        "'" + text + "' is no address of a coordinator; write http://HOST:" + DEFAULT_PORT);
            }
            int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
            return new CoordinatorAddress("https".equals(uri.getScheme()), uri.getHost(), port);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no address of a coordinator; write http://HOST:" + DEFAULT_PORT, e);
        }
    }

    @Override
    public String toString() {
        String first = (secure ? "https://" : "http://") + host + ":" + port;
        return Stream.concat(Stream.of(first), others.stream().map(CoordinatorAddress::toString))
                .collect(Collectors.joining(","));
    }
}
