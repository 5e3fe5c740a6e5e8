package io.sheaf.launcher.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Under which addresses processes find each other. Akka takes two spellings of an address for two hosts, so without TLS
 * both sides use the number; with TLS the name as it was written, since certificates are checked against it.
 */
public final class Addresses {
    private static final String JOIN = "sheaf.worker.join";
    private static final String WORKER_BIND = "sheaf.worker.bind";
    private static final int AKKA_PORT = 25_520;

    private Addresses() {}

    /** Where a process listens, and where others reach it. */
    public record Own(String bind, String advertised) {}

    /** Where a coordinator is, and its Akka port. */
    public record Coordinator(String host, int port) {}

    /**
     * The addresses of this process.
     *
     * @param role the settings' prefix, as {@code sheaf.worker}
     * @throws SettingsException when others could not reach it there
     */
    public static Own own(String role, Settings settings) {
        String bind = role + ".bind";
        String advertise = role + ".advertise";
        String host = settings.text(bind).strip();
        InetAddress address = resolve(bind, host);
        String advertised = settings.text(advertise).strip();
        if (advertised.isEmpty()) {
            if (address.isAnyLocalAddress()) {
                throw new SettingsException(bind + " = " + host + " is no address that others can reach; name one"
                        + " address of this host, or set " + advertise + " (--advertise) to how they reach it");
            }
            return new Own(address.getHostAddress(), spelling(host, address, settings));
        }
        InetAddress seen = resolve(advertise, advertised);
        if (seen.isAnyLocalAddress() || (seen.isLoopbackAddress() && !address.isLoopbackAddress())) {
            throw new SettingsException(advertise + " = " + advertised + " is " + seen.getHostAddress()
                    + " here, which is no address that other hosts can reach; write the number");
        }
        return new Own(address.getHostAddress(), spelling(advertised, seen, settings));
    }

    /**
     * The coordinator that a worker is to join; one of those, where others may take its place.
     *
     * @throws SettingsException when one makes no sense, or when that coordinator could not answer
     */
    public static List<Coordinator> coordinators(Settings settings) {
        return Stream.of(settings.text(JOIN).split(",", -1))
                .map(one -> coordinator(one.strip(), settings))
                .toList();
    }

    private static Coordinator coordinator(String join, Settings settings) {
        if (join.isEmpty()) {
            throw new SettingsException(JOIN + " names no coordinator between two commas, or none at all");
        }
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
