package io.sheaf.benchmark.peers;

import io.sheaf.RemoteCallable;
import io.sheaf.benchmark.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.ignite.Ignite;
import org.apache.ignite.IgniteCompute;
import org.apache.ignite.Ignition;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.lang.IgniteCallable;
import org.apache.ignite.logger.NullLogger;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** Server nodes on loopback, and a client node with their compute grid. */
final class IgniteBackEnd extends Chunks {
    private final Ignite client;
    private final IgniteCompute compute;

    private IgniteBackEnd(Ignite client) {
        this.client = client;
        this.compute = client.compute(client.cluster().forServers());
    }

    /** No record: its marshaller cannot set the final fields of one. */
    private static final class Task<R> implements IgniteCallable<R> {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("FieldMayBeFinal") // it could not set it either
        private RemoteCallable<R> task;

        Task(RemoteCallable<R> task) {
            this.task = task;
        }

        @Override
        public R call() throws Exception {
            return task.call();
        }
    }

    /** Makes this process a server node. */
    static void work() throws IOException {
        Ignition.start(configuration(false));
    }

    /** A client, once it sees all servers. */
    static IgniteBackEnd open() throws IOException {
        Ignite client = Ignition.start(configuration(true));
        while (client.cluster().forServers().nodes().size() < Workload.WORKERS) {
            LockSupport.parkNanos(20_000_000);
        }
        return new IgniteBackEnd(client);
    }

    private static IgniteConfiguration configuration(boolean client) throws IOException {
        System.setProperty("IGNITE_NO_ASCII", "true");
        System.setProperty("IGNITE_QUIET", "true");
        System.setProperty("IGNITE_UPDATE_NOTIFIER", "false");
        TcpDiscoverySpi discovery = new TcpDiscoverySpi();
        discovery.setLocalAddress("127.0.0.1");
        discovery.setIpFinder(new TcpDiscoveryVmIpFinder().setAddresses(List.of("127.0.0.1:47500..47502")));
        if (!client) {
            discovery.setLocalPort(47500).setLocalPortRange(2);
        }
        return new IgniteConfiguration()
                .setClientMode(client)
                .setDiscoverySpi(discovery)
                .setLocalHost("127.0.0.1")
                .setPublicThreadPoolSize(Integer.getInteger(Workers.THREADS, 1))
                .setGridLogger(new NullLogger())
                .setMetricsLogFrequency(0)
                .setWorkDirectory(Files.createTempDirectory("ignite").toString());
    }

    @Override
    public <R> CompletableFuture<R> submit(RemoteCallable<R> task) {
        CompletableFuture<R> result = new CompletableFuture<>();
        compute.callAsync(new Task<>(task)).listen(done -> {
            try {
                result.complete(done.get());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Override
    public void close() {
        client.close();
    }
}
