package io.sheaf.worker.link;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.link.LinkMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * How a worker reaches its coordinator.
 *
 * @param artery its own place in the cluster; the port is 0, so that each new actor system is a new member
 * @param coordinatorHost where the coordinator is
 * @param coordinatorPort its Akka port
 * @param others where the coordinator may be as well: only one of them is at work
 * @param token the access token, or empty
 * @param tls for the data connection; empty: not encrypted
 */
public record LinkSettings(
        ArterySettings artery,
        String coordinatorHost,
        int coordinatorPort,
        List<InetSocketAddress> others,
        String token,
        Optional<SSLContext> tls) {

    /** Where the only coordinator is. */
    public LinkSettings(
            ArterySettings artery,
            String coordinatorHost,
            int coordinatorPort,
            String token,
            Optional<SSLContext> tls) {
        this(artery, coordinatorHost, coordinatorPort, List.of(), token, tls);
    }

    boolean hasOthers() {
        return !others.isEmpty();
    }

    /** Everywhere where the coordinator may be. */
    List<Address> seeds() {
        List<Address> seeds = new ArrayList<>();
        seeds.add(new Address("akka", ArterySettings.SYSTEM, coordinatorHost, coordinatorPort));
        others.forEach(
                other -> seeds.add(new Address("akka", ArterySettings.SYSTEM, other.getHostString(), other.getPort())));
        return seeds;
    }

    /** The same, for the coordinator being there. */
    LinkSettings towards(Address active) {
        String host = active.host().getOrElse(() -> coordinatorHost);
        int port = active.port().getOrElse(() -> coordinatorPort);
        if (host.equals(coordinatorHost) && port == coordinatorPort) {
            return this;
        }
        List<InetSocketAddress> rest = new ArrayList<>(others);
        rest.remove(InetSocketAddress.createUnresolved(host, port));
        rest.add(InetSocketAddress.createUnresolved(coordinatorHost, coordinatorPort));
        return new LinkSettings(artery, host, port, rest, token, tls);
    }

    /** Where the coordinator's registrar is. */
    String registrar() {
        return "akka://" + ArterySettings.SYSTEM + "@" + coordinatorHost + ":" + coordinatorPort + "/user/registrar";
    }

    /** What may be wrong when the coordinator is there and does not answer; nobody tells a stranger. */
    String hint() {
        return tls.isEmpty()
                ? ""
                : "; if it is there, each side's certificate must be signed by one of the other's authorities, and both"
                        + " must have the same subject name";
    }

    @Override
    public String toString() {
        return coordinatorHost + ":" + coordinatorPort
                + others.stream()
                        .map(other -> " or " + other.getHostString() + ":" + other.getPort())
                        .collect(Collectors.joining());
    }

    /** What a worker asks its coordinator for, see {@link LinkMessage.Attach}. */
    LinkMessage attach(WorkerId self, long session, long received, long incarnation, ActorRef<LinkMessage> listener) {
        return new LinkMessage.Attach(
                self.name(), LinkMessage.VERSION, token, session, received, incarnation, listener);
    }
}
