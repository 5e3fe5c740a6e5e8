package io.sheaf.protocol.link;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.sheaf.protocol.wire.TlsFiles;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a process takes part in the Akka cluster. Nobody downs anybody by itself: the cluster is a star, in which only the
 * coordinator says who is lost.
 *
 * @param role {@code coordinator} or {@code worker}
 * @param host how others reach it
 * @param bind where to listen
 * @param port 0: any
 * @param tls mutual, when the cluster is wider than this machine
 */
public record ArterySettings(String role, String host, String bind, int port, Optional<TlsFiles> tls) {
    /** The name of the actor system, the same in every process. */
    public static final String SYSTEM = "sheaf";

    /** Where others reach it is where it listens. */
    public ArterySettings(String role, String host, int port, Optional<TlsFiles> tls) {
        this(role, host, host, port, tls);
    }

    /** For the actor system. */
    public Config config() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("akka.actor.provider", "cluster");
        values.put("akka.actor.serialization-bindings.\"" + LinkMessage.class.getName() + "\"", "jackson-cbor");
        values.put("akka.actor.serializers.parcel", ParcelSerializer.class.getName());
        values.put("akka.actor.serialization-bindings.\"" + LinkMessage.Parcel.class.getName() + "\"", "parcel");
        values.put("akka.remote.artery.canonical.hostname", host);
        values.put("akka.remote.artery.canonical.port", port);
        values.put("akka.remote.artery.bind.hostname", bind);
        // What is read is on its way to a stream, and what is written comes from one: both in the same pool of threads,
        // and in one lane, are handed on less often.
        values.put("akka.io.tcp.worker-dispatcher", "akka.remote.default-remote-dispatcher");
        values.put("akka.remote.artery.advanced.inbound-lanes", 1);
        // After so many attempts within 5 s, that is never: Akka would end this actor system because of a dead peer.
        values.put("akka.remote.artery.advanced.outbound-max-restarts", 1_000_000);
        values.put("akka.cluster.roles", java.util.List.of(role));
        values.put("akka.cluster.jmx.enabled", "off");
        values.put("akka.cluster.shutdown-after-unsuccessful-join-seed-nodes", "off");
        values.put("akka.cluster.retry-unsuccessful-join-after", "500ms");
        values.put("akka.cluster.periodic-tasks-initial-delay", "100ms");
        values.put("akka.cluster.leader-actions-interval", "200ms");
        // What goes round while nothing happens is paid for on every host, all the time. Who joins is not waited for by
        // gossip, and whose process has died is known by its data connection.
        values.put("akka.cluster.gossip-interval", "1s");
        values.put("akka.cluster.failure-detector.heartbeat-interval", "1s");
        values.put("akka.scheduler.tick-duration", "33ms");
        values.put("akka.cluster.failure-detector.acceptable-heartbeat-pause", "4s");
        values.put("akka.coordinated-shutdown.run-by-jvm-shutdown-hook", "off");
        // Who ends has said so by itself, and would only wait here for answers of those that have ended, too.
        values.put("akka.coordinated-shutdown.run-by-actor-system-terminate", "off");
        values.put("akka.remote.artery.advanced.shutdown-flush-timeout", "100ms");
        values.put("akka.coordinated-shutdown.terminate-actor-system", "on");
        values.put("akka.coordinated-shutdown.exit-jvm", "off");
        // Members that died without a word would hold the leaving one up for 10 s in each of these phases.
        for (String phase : java.util.List.of("cluster-leave", "cluster-exiting", "cluster-exiting-done")) {
            values.put("akka.coordinated-shutdown.phases." + phase + ".timeout", "1s");
        }
        // Or the transport would be gone before this process has said goodbye.
        values.put("akka.jvm-shutdown-hooks", "off");
        values.put("akka.java-flight-recorder.enabled", "off");
        values.put("akka.loglevel", "WARNING");
        values.put("akka.loggers", java.util.List.of("akka.event.slf4j.Slf4jLogger"));
        values.put("akka.logging-filter", "akka.event.slf4j.Slf4jLoggingFilter");
        values.put("akka.library-extensions", java.util.List.of());
        values.put("akka.log-dead-letters", "off");
        tls.ifPresent(files -> secure(files, values));
        return ConfigFactory.parseMap(values).withFallback(ConfigFactory.load(ArterySettings.class.getClassLoader()));
    }

    private static void secure(TlsFiles files, Map<String, Object> values) {
        String engine = "akka.remote.artery.ssl.rotating-keys-engine.";
        values.put("akka.remote.artery.transport", "tls-tcp");
        values.put(
                "akka.remote.artery.ssl.ssl-engine-provider",
                "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider");
        files.key().ifPresent(file -> values.put(engine + "key-file", file.toString()));
        files.certificate().ifPresent(file -> values.put(engine + "cert-file", file.toString()));
        files.authorities().ifPresent(file -> values.put(engine + "ca-cert-file", file.toString()));
        values.put(engine + "protocol", "TLSv1.3");
        values.put(engine + "enabled-algorithms", java.util.List.of("TLS_AES_128_GCM_SHA256"));
    }
}
