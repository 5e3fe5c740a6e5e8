package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.CoordinatorAddress;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.WorkerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What can be wrong with a coordinator, with the way to it, and with its workers. */
final class ClusterChecks {
    private static final long SKEW_MILLIS = 2000;
    private static final Map<Integer, String> PORTS =
            new TreeMap<>(Map.of(8520, "HTTP_PORT", 8521, "SESSION_PORT", 25520, "AKKA_PORT"));

    private final CoordinatorAddress address;
    private final Connector connector;
    private final List<Finding> findings = new ArrayList<>();

    ClusterChecks(CoordinatorAddress address, Connector connector) {
        this.address = address;
        this.connector = connector;
    }

    List<Finding> run() {
        if (!isResolved()) {
            return findings;
        }
        try (Session session = connector.connect(address)) {
            findings.add(Finding.ok("coordinator", "answers at " + address));
            long before = System.currentTimeMillis();
            ToClient.Cluster cluster =
                    ClusterOptions.ask(session, ToClient.Cluster.class, FromClient.DescribeCluster::new);
            long after = System.currentTimeMillis();
            clock(cluster.now() - (before + after) / 2);
            version(cluster);
            binding(settings(cluster));
            workers(
                    cluster,
                    ClusterOptions.ask(session, ToClient.Workers.class, FromClient.ListWorkers::new)
                            .workers());
        } catch (RequestFailedException e) {
            String mend = e.problem() == Problem.NOT_AUTHENTICATED
                    ? "the token is the one that the coordinator was started with: its SHEAF_TOKEN or ~/.sheaf/token;"
                            + " and if it is asked for by another name than its own, that belongs into"
                            + " sheaf.coordinator.names there"
                    : "use the same release of Sheaf everywhere";
            findings.add(Finding.problem("coordinator", String.valueOf(e.getMessage()), mend));
        } catch (ClusterUnreachableException e) {
            findings.add(Finding.problem(
                    "coordinator",
                    String.valueOf(e.getMessage()),
                    "see whether it runs, and whether its address, names and firewall let you reach " + address));
            ports();
        }
        return findings;
    }

    private boolean isResolved() {
        String host = address.host();
        try {
            InetAddress found = InetAddress.getByName(host);
            findings.add(Finding.ok("address", host + " is " + found.getHostAddress()));
            return true;
        } catch (UnknownHostException e) {
            findings.add(Finding.problem(
                    "address", host + " has no address here", "correct --cluster or SHEAF_CLUSTER, or /etc/hosts"));
            return false;
        }
    }

    private void clock(long ahead) {
        findings.add(
                Math.abs(ahead) > SKEW_MILLIS
                        ? Finding.problem(
                                "clock",
                                "The coordinator's clock is " + seconds(ahead) + " this one",
                                "synchronize both, as by chrony or systemd-timesyncd")
                        : Finding.ok("clock", "within " + SKEW_MILLIS / 1000 + " s of the coordinator's"));
    }

    private static String seconds(long ahead) {
        return Math.abs(ahead) / 1000 + " s " + (ahead > 0 ? "ahead of" : "behind");
    }

    private void version(ToClient.Cluster cluster) {
        String own = VersionCommand.version();
        findings.add(
                cluster.version().equals(own)
                        ? Finding.ok("version", own + ", as the coordinator's")
                        : Finding.problem(
                                "version",
                                "This is " + own + ", and the coordinator " + cluster.version(),
                                "install the same release"));
    }

    private static Map<String, String> settings(ToClient.Cluster cluster) {
        Map<String, String> settings = new TreeMap<>();
        for (String line : cluster.settings()) {
            int equals = line.indexOf(" = ");
            int from = line.lastIndexOf(" (");
            if (equals > 0 && from > equals) {
                settings.put(
                        line.substring(0, equals),
                        line.substring(equals + 3, from).strip());
            }
        }
        return settings;
    }

    /** Whoever listens on loopback alone is not reached by another name, whatever that name is. */
    private void binding(Map<String, String> settings) {
        String bind = settings.getOrDefault("sheaf.coordinator.bind", "127.0.0.1");
        String advertise = settings.getOrDefault("sheaf.coordinator.advertise", "");
        String reached = advertise.isEmpty() ? bind : advertise;
        if (isLoopback(bind) && !isLoopback(reached)) {
            findings.add(Finding.problem(
                    "binding",
                    "The coordinator listens at " + bind + ", and tells workers to reach it at " + reached,
                    "start it with --bind " + reached + " or --bind 0.0.0.0, with a token and TLS"));
        } else if (!isKnown(reached)) {
            findings.add(Finding.problem(
                    "binding",
                    "The coordinator is to be reached at " + reached + ", which has no address here",
                    "start it with --advertise and a name that all machines know"));
        } else {
            findings.add(Finding.ok(
                    "binding", "it listens at " + bind + (isLoopback(bind) ? ", for this machine only" : "")));
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean isKnown(String host) {
        try {
            InetAddress.getByName(host);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void workers(ToClient.Cluster cluster, List<WorkerStatus> workers) {
        if (workers.isEmpty()) {
            findings.add(Finding.problem(
                    "workers",
                    "No worker has joined, so nothing runs",
                    "start one on each host: sheaf worker --join " + cluster.host()));
            return;
        }
        findings.add(Finding.ok("workers", workers.size() + " with " + cluster.slots() + " slots"));
        for (WorkerStatus worker : workers) {
            String name =
                    "Worker " + worker.info().id() + " on " + worker.info().host();
            if (!worker.info().version().equals(cluster.version())) {
                findings.add(Finding.problem(
                        "version",
                        name + " is " + worker.info().version() + ", and the coordinator " + cluster.version(),
                        "install the same release there"));
            }
            if (Math.abs(worker.clockAhead()) > SKEW_MILLIS) {
                findings.add(Finding.problem(
                        "clock",
                        name + " has a clock that is " + seconds(worker.clockAhead()) + " the coordinator's",
                        "synchronize both, as by chrony or systemd-timesyncd"));
            }
        }
    }

    /** For who wants to start a coordinator here. */
    private void ports() {
        if (!isLoopback(address.host())) {
            return;
        }
        PORTS.forEach((port, name) -> {
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                findings.add(Finding.ok("port", free.getLocalPort() + " is free for a coordinator"));
            } catch (IOException e) {
                findings.add(Finding.problem(
                        "port",
                        port + " is taken by something else, so no coordinator can start there",
                        "see by what (`ss -ltnp`), or set SHEAF_COORDINATOR_" + name));
            }
        });
    }
}
