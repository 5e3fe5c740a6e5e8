package io.sheaf.coordinator.membership;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import io.sheaf.coordinator.dispatch.WorkerEvents;
import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.link.DataFrame;
import io.sheaf.protocol.link.LinkLoop;
import io.sheaf.protocol.link.LinkMessage;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's place in the Akka cluster, and its links with workers. A worker whose data connection ends and whose
 * Akka port refuses connections is dead; one that nothing was heard of for 6 s is lost. Only such a worker, or one that
 * said goodbye, is taken out of the cluster.
 */
public final class Membership implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Membership.class);
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final int END_SECONDS = 2;
    private static final int PROBE_MILLIS = 1000;

    private final WorkerEvents events;
    private final Predicate<String> tokenIsRight;
    private final int dataPort;
    private final LinkLoop loop;
    private final Map<String, WorkerLink> links = new HashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final ActorSystem<Void> system;
    private long sessions = System.currentTimeMillis() << 16;

    /**
     * Forms the cluster, of this process only.
     *
     * @param dataPort where workers open their data connections, see {@link #accept}
     * @param onFatal called when the links cannot be served any more
     */
    public Membership(
            ArterySettings artery,
            int dataPort,
            Predicate<String> tokenIsRight,
            WorkerEvents events,
            Runnable onFatal) {
        this.events = events;
        this.tokenIsRight = tokenIsRight;
        this.dataPort = dataPort;
        this.loop = new LinkLoop("membership", this::flush, this::tick, onFatal);
        this.system = ActorSystem.create(
                CoordinatorGuardian.create(message -> loop.execute(() -> receive(message))),
                ArterySettings.SYSTEM,
                artery.config());
        Cluster cluster = Cluster.get(system.classicSystem());
        cluster.join(cluster.selfAddress());
        loop.start();
    }

    /** Takes over a connection that a worker has opened, its preface read. */
    public void accept(Transport transport) {
        Connection<DataFrame, DataFrame> connection =
                new Connection<>("worker-data", transport, DataFrame.CODEC, DataFrame.CODEC);
        connection.limitFrames(Connection.FRAME_LIMIT_OF_STRANGERS);
        connection.start(new Connection.Listener<>() {
            @Override
            public void received(DataFrame message) {
                if (message instanceof DataFrame.Greeting) {
                    connection.limitFrames(Connection.FRAME_LIMIT);
                }
                loop.execute(() -> receive(connection, message));
            }

            @Override
            public void closed(String reason) {
                loop.execute(() -> dataEnded(connection));
            }
        });
    }

    /** Ends; workers look for the next coordinator. */
    @Override
    public void close() {
        loop.close();
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(END_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("The actor system does not end in time; the process will", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(LinkMessage message) {
        if (message instanceof LinkMessage.Attach attach) {
            attach(attach);
        } else if (message instanceof LinkMessage.Parcel parcel) {
            WorkerLink link = links.get(parcel.worker());
            if (link != null && link.session == parcel.session()) {
                long now = System.nanoTime();
                link.lastHeard = now;
                try {
                    link.channel.control(Bytes.wrap(parcel.content()), now).forEach(payload -> deliver(link, payload));
                } catch (MalformedMessageException e) {
                    lose(link, "it sent a message that cannot be read: " + e.getMessage());
                }
            }
        } else if (message instanceof LinkMessage.Goodbye goodbye) {
            WorkerLink link = links.get(goodbye.worker());
            if (link != null && link.session == goodbye.session()) {
                link.peer().tell(new LinkMessage.Farewell(link.worker, link.session));
                lose(link, "it has left");
            }
        }
    }

    private void attach(LinkMessage.Attach attach) {
        if (attach.version() != LinkMessage.VERSION) {
            attach.replyTo()
                    .tell(new LinkMessage.Refused(
                            "the coordinator is of another version; use the same release of both"));
            return;
        }
        if (!tokenIsRight.test(attach.token())) {
            attach.replyTo()
                    .tell(new LinkMessage.Refused(
                            "the token is missing or wrong; set SHEAF_TOKEN as at the coordinator"));
            return;
        }
        long now = System.nanoTime();
        WorkerLink link = links.get(attach.worker());
        if (link != null && link.session == attach.session()) {
            link.peer(attach.replyTo());
            link.lastHeard = now;
            link.channel.resume(attach.received(), now);
        } else if (link == null || !link.peer().equals(attach.replyTo())) {
            // Otherwise the question was repeated before the answer came, and the answer is the same.
            if (link != null) {
                lose(link, "it has begun anew");
            }
            link = new WorkerLink(attach, ++sessions, HexFormat.of().formatHex(randomBytes()), loop, now);
            links.put(attach.worker(), link);
        }
        attach.replyTo().tell(new LinkMessage.Attached(link.session, link.channel.received(), dataPort, link.key));
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return bytes;
    }

    private void receive(Connection<DataFrame, DataFrame> connection, DataFrame message) {
        if (message instanceof DataFrame.Greeting greeting) {
            WorkerLink link = links.get(greeting.worker());
            if (link == null || link.session != greeting.session() || !link.key.equals(greeting.key())) {
                connection.close();
                return;
            }
            link.data(connection);
            link.channel.resume(0, System.nanoTime());
        } else if (message instanceof DataFrame.Body body) {
            for (WorkerLink link : links.values()) {
                if (link.uses(connection)) {
                    link.channel.body(body.number(), body.payload()).forEach(payload -> deliver(link, payload));
                    return;
                }
            }
            connection.close();
        }
    }

    private void deliver(WorkerLink link, Bytes payload) {
        try {
            FromWorker message = WorkerConversation.FROM_WORKER.fromBytes(payload);
            if (message instanceof FromWorker.Register who) {
                link.info(who.info());
                events.registered(link, who);
            } else {
                events.received(link, message);
            }
        } catch (MalformedMessageException e) {
            lose(link, "it sent a message that cannot be read: " + e.getMessage());
        }
    }

    /** A strong hint that the process is gone; that its Akka port refuses is the proof. */
    private void dataEnded(Connection<DataFrame, DataFrame> connection) {
        links.values().stream()
                .filter(link -> link.uses(connection))
                .findFirst()
                .ifPresent(link -> {
                    Address address = link.peer().path().address();
                    if (address.host().isDefined() && address.port().isDefined()) {
                        InetSocketAddress akka = new InetSocketAddress(
                                address.host().get(), (Integer) address.port().get());
                        Thread probe = new Thread(() -> probe(link, akka), "probe-" + link.worker);
                        probe.setDaemon(true);
                        probe.start();
                    }
                });
    }

    private void probe(WorkerLink link, InetSocketAddress akka) {
        try (Socket socket = new Socket()) {
            socket.connect(akka, PROBE_MILLIS);
        } catch (java.net.ConnectException e) {
            loop.execute(() -> lose(link, "its process is gone"));
        } catch (IOException e) {
            log.debug("Worker {} cannot be probed: {}", link.worker, e.getMessage());
        }
    }

    private void lose(WorkerLink link, String why) {
        if (!links.remove(link.worker, link)) {
            return;
        }
        link.end();
        Address address = link.peer().path().address();
        if (address.host().isDefined()) {
            Cluster.get(system.classicSystem()).down(address);
        }
        link.info().ifPresent(info -> events.lost(link, report(info, why)));
    }

    private static DeathReport report(WorkerInfo info, String why) {
        return new DeathReport(
                "worker",
                new WorkerId(info.id().name()),
                info.host(),
                OptionalLong.of(info.pid()),
                OptionalInt.empty(),
                OptionalInt.empty(),
                why,
                List.of());
    }

    private void flush(long now) {
        for (WorkerLink link : links.values()) {
            link.channel.flush(now);
        }
    }

    private void tick(long now) {
        for (WorkerLink link : List.copyOf(links.values())) {
            if (link.isOver()) {
                links.remove(link.worker, link);
            } else if (now - link.lastHeard > SILENCE_NANOS) {
                lose(
                        link,
                        "nothing was heard of it for "
                                + Duration.ofNanos(SILENCE_NANOS).toSeconds() + " s");
            } else {
                link.channel.tick(now);
            }
        }
    }
}
