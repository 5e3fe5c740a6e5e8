package io.sheaf.worker.link;

import akka.actor.ActorSelection;
import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.Member;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.link.LinkMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A worker's place in an Akka cluster: one actor system, until another takes its place. For one thread. */
final class Seat {
    private static final long SEARCH_NANOS = 50_000_000;
    private static final int CONNECT_MILLIS = 500;

    private @Nullable ActorSystem<LinkMessage> system;
    /** The one for which somebody listens where a coordinator may be. */
    private volatile @Nullable ActorSystem<LinkMessage> expected;

    /**
     * Looks for a cluster from now on.
     *
     * @param self told where this listens, once it does
     * @param receiver told what the coordinator sends
     * @param onPeer called when a coordinator listens, and when this sees a member for the first time
     * @param terminated told when this actor system has ended; like the others by a thread of its own
     */
    void open(
            LinkSettings settings,
            Consumer<ActorRef<LinkMessage>> self,
            Consumer<LinkMessage> receiver,
            Runnable onPeer,
            Consumer<ActorSystem<LinkMessage>> terminated) {
        ActorSystem<LinkMessage> fresh = ActorSystem.create(
                WorkerGuardian.create(self, receiver, onPeer),
                ArterySettings.SYSTEM,
                settings.artery().config());
        system = fresh;
        var unused = fresh.getWhenTerminated().thenAccept(done -> terminated.accept(fresh));
        Thread search = new Thread(() -> search(fresh, settings.seeds(), onPeer), "seat-search");
        search.setDaemon(true);
        search.start();
    }

    /** Akka would ask somebody who is not there yet, and will be in a moment, again only after seconds. */
    private void search(ActorSystem<LinkMessage> fresh, List<Address> seeds, Runnable onPeer) {
        while (!fresh.getWhenTerminated().toCompletableFuture().isDone()) {
            if (seeds.stream().anyMatch(Seat::isThere)) {
                Cluster.get(fresh.classicSystem()).joinSeedNodes(seeds);
                expected = fresh;
                onPeer.run();
                return;
            }
            LockSupport.parkNanos(SEARCH_NANOS);
        }
    }

    /** Of several coordinators the one at work is the only one that listens. */
    private static boolean isThere(Address seed) {
        try (Socket socket = new Socket()) {
            String host = seed.host().get();
            socket.connect(new InetSocketAddress(host, (int) seed.port().get()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    boolean isIn(ActorSystem<LinkMessage> other) {
        return system == other;
    }

    /** Those that this member sees, perhaps of a cluster whose coordinator is gone. */
    private List<Member> members() {
        ActorSystem<LinkMessage> current = system;
        return current == null
                ? List.of()
                : StreamSupport.stream(
                                Cluster.get(current.classicSystem())
                                        .state()
                                        .getMembers()
                                        .spliterator(),
                                false)
                        .toList();
    }

    /** Whether it takes part in a cluster, or in none because there is no actor system. */
    boolean isMember() {
        return system == null || !members().isEmpty();
    }

    /** Of several coordinators the one at work is the one whose cluster has taken this member in. */
    LinkSettings towardsActive(LinkSettings settings) {
        return members().stream()
                .filter(member -> settings.hasOthers() && member.hasRole("coordinator"))
                .findFirst()
                .map(member -> settings.towards(member.address()))
                .orElse(settings);
    }

    /** Nobody is told who does not listen, or is one of several and not known to be the one at work. */
    void tell(LinkSettings settings, LinkMessage message) {
        ActorSystem<LinkMessage> current = system;
        if (current != null
                && expected == current
                && (!settings.hasOthers() || !members().isEmpty())) {
            ActorSelection registrar = current.classicSystem().actorSelection(settings.registrar());
            registrar.tell(message, akka.actor.ActorRef.noSender());
        }
    }

    void shut() {
        ActorSystem<LinkMessage> old = system;
        system = null;
        if (old != null) {
            old.terminate();
        }
    }
}
