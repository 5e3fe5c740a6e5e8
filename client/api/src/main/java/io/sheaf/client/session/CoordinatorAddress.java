package io.sheaf.client.session;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a coordinator's HTTP port is.
 *
 * @param secure whether it speaks TLS
 */
public record CoordinatorAddress(boolean secure, String host, int port) {
    private static final int DEFAULT_PORT = 8520;

    /**
     * Reads {@code http://HOST[:PORT]}, or {@code https}, or {@code HOST[:PORT]}.
     *
     * @throws IllegalArgumentException when the text is nothing of these
     */
    public static CoordinatorAddress parse(String text) {
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
        return (secure ? "https://" : "http://") + host + ":" + port;
    }
}
