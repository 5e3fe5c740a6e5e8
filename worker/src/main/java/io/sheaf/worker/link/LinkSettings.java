package io.sheaf.worker.link;

import io.sheaf.protocol.link.ArterySettings;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How a worker reaches its coordinator.
 *
 * @param artery its own place in the cluster; the port is 0, so that each new actor system is a new member
 * @param coordinatorHost where the coordinator is
 * @param coordinatorPort its Akka port
 * @param token the access token, or empty
 * @param tls for the data connection; empty: not encrypted
 */
public record LinkSettings(
        ArterySettings artery, String coordinatorHost, int coordinatorPort, String token, Optional<SSLContext> tls) {

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
        return coordinatorHost + ":" + coordinatorPort;
    }
}
