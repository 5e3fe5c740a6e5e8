package io.sheaf.benchmark.peers;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.ExecutionCallback;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import io.sheaf.RemoteCallable;
import io.sheaf.benchmark.Workload;
import java.io.Serializable;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** Members on loopback, and a client of them with their executor service. */
final class HazelcastBackEnd extends Chunks {
    private static final String EXECUTOR = "tasks";
    private static final String FIRST = "127.0.0.1:5701";
    private static final String SECOND = "127.0.0.1:5702";

    private final HazelcastInstance client;
    private final IExecutorService executor;

    private HazelcastBackEnd(HazelcastInstance client) {
        this.client = client;
        this.executor = client.getExecutorService(EXECUTOR);
    }

    private record Task<R>(RemoteCallable<R> task) implements Callable<R>, Serializable {
        @Override
        public R call() throws Exception {
            return task.call();
        }
    }

    private static void quieten() {
        System.setProperty("hazelcast.logging.type", "none");
        System.setProperty("hazelcast.phone.home.enabled", "false");
    }

    /** Makes this process a member. */
    static void work() {
        quieten();
        Config config = new Config();
        config.getExecutorConfig(EXECUTOR)
                .setPoolSize(Integer.getInteger(Workers.THREADS, 1))
                .setQueueCapacity(0);
        NetworkConfig network = config.getNetworkConfig().setPort(5701).setPortAutoIncrement(true);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).addMember(FIRST).addMember(SECOND);
        network.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        Hazelcast.newHazelcastInstance(config);
    }

    /** A client, once it sees all members. */
    static HazelcastBackEnd open() {
        quieten();
        ClientConfig config = new ClientConfig();
        config.getNetworkConfig().addAddress(FIRST, SECOND);
        HazelcastInstance client = HazelcastClient.newHazelcastClient(config);
        while (client.getCluster().getMembers().size() < Workload.WORKERS) {
            LockSupport.parkNanos(20_000_000);
        }
        return new HazelcastBackEnd(client);
    }

    @Override
    public <R> CompletableFuture<R> submit(RemoteCallable<R> task) {
        CompletableFuture<R> result = new CompletableFuture<>();
        executor.submit(new Task<>(task), new ExecutionCallback<R>() {
            @Override
            public void onResponse(R response) {
                result.complete(response);
            }

            @Override
            public void onFailure(Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
