package io.sheaf.launcher.link;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.cluster.Cluster;
import io.sheaf.protocol.link.ArterySettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ClusterEndTest {

    /** It would take jobs, and no worker would ever come. */
    @Test
    void aCoordinatorWhoseActorSystemHasEndedDoesNotGoOn() throws Exception {
        int port = CoordinatorEnd.freePort();
        try (CoordinatorEnd coordinator = new CoordinatorEnd(port)) {
            ActorSystem member = ActorSystem.create(
                    ArterySettings.SYSTEM, new ArterySettings("worker", "127.0.0.1", 0, Optional.empty()).config());
            try {
                Address address = new Address("akka", ArterySettings.SYSTEM, "127.0.0.1", port);
                Cluster cluster = Cluster.get(member);
                CountDownLatch up = new CountDownLatch(1);
                cluster.registerOnMemberUp(up::countDown);
                cluster.joinSeedNodes(List.of(address));
                assertThat(up.await(30, TimeUnit.SECONDS)).isTrue();

                cluster.down(address);

                assertThat(coordinator.failed.await(30, TimeUnit.SECONDS)).isTrue();
            } finally {
                member.terminate();
            }
        }
    }
}
