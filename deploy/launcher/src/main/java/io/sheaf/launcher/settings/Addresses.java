package io.sheaf.launcher.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Under which addresses processes find each other. Akka takes two spellings of an address for two hosts, so without TLS
 * both sides use the number; with TLS the name as it was written, since certificates are checked against it.
 */
public final class Addresses {
    private static final String JOIN = "sheaf.worker.join";
    private static final String WORKER_BIND = "sheaf.worker.bind";
    private static final int AKKA_PORT = 25_520;

    private Addresses() {}

    /** Where a coordinator is, and its Akka port. */
    public record Coordinator(String host, int port) {}

    /**
     * The address of this process.
     *
     * @throws SettingsException when others could not reach it there
     */
    public static String own(String key, Settings settings) {
        String host = settings.text(key);
        InetAddress address = resolve(key, host);
        if (address.isAnyLocalAddress()) {
            throw new SettingsException(
                    key + " = " + host + " is no address that others can reach; name one address of this host");
        }
        return spelling(host, address, settings);
    }

    /**
     * The coordinator that a worker is to join.
     *
     * @throws SettingsException when it makes no sense, or when that coordinator could not answer
     */
    public static Coordinator coordinator(Settings settings) {
        String join = settings.text(JOIN).strip();
        boolean bracketed = join.startsWith("[");
        int colon = bracketed ? join.indexOf("]:") + 1 : join.lastIndexOf(':');
        boolean hasPort = colon > 0 && (bracketed || join.indexOf(':') == colon);
        String host = (hasPort ? join.substring(0, colon) : join).replaceAll("^\\[|]$", "");
        InetAddress address = resolve(JOIN, host);
        if (!address.isLoopbackAddress()
                && resolve(WORKER_BIND, settings.text(WORKER_BIND)).isLoopbackAddress()) {
            throw new SettingsException("The coordinator at " + join + " could not reach this worker, whose "
                    + WORKER_BIND + " is " + settings.text(WORKER_BIND)
                    + "; set it (--bind) to the address of this host in that network");
        }
        return new Coordinator(
                spelling(host, address, settings), hasPort ? port(join, join.substring(colon + 1)) : AKKA_PORT);
    }

    private static int port(String join, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new SettingsException("'" + join + "' is no coordinator to join; write HOST or HOST:PORT");
    }

    private static String spelling(String host, InetAddress address, Settings settings) {
        return settings.tls().isPresent() ? host : address.getHostAddress();
    }

    private static InetAddress resolve(String key, String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new SettingsException(key + " names '" + host + "', which is no host that is known here");
        }
    }
}
