package io.sheaf.launcher.link;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.Member;
import com.typesafe.config.ConfigFactory;
import io.sheaf.protocol.link.ArterySettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A member that has no business in the cluster: does to it what nobody should. */
final class Intruder implements AutoCloseable {
    private final ActorSystem system;

    Intruder(int coordinatorPort) {
        ArterySettings settings = new ArterySettings("intruder", "127.0.0.1", 0, Optional.empty());
        system = ActorSystem.create(ArterySettings.SYSTEM, settings.config().withFallback(ConfigFactory.load()));
        Cluster.get(system)
                .joinSeedNodes(List.of(new Address("akka", ArterySettings.SYSTEM, "127.0.0.1", coordinatorPort)));
    }

    /** Declares the one worker down, as a wrong downing would; its actor system ends itself then. */
    void takeOutTheWorker() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() - deadline < 0) {
            for (Member member : Cluster.get(system).state().getMembers()) {
                if (member.hasRole("worker")) {
                    Cluster.get(system).down(member.address());
                    return;
                }
            }
            Thread.onSpinWait();
        }
        throw new AssertionError("No worker has become a member");
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }
}
