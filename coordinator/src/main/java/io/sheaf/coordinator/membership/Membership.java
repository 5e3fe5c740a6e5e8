package io.sheaf.coordinator.membership;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.Cluster;
import akka.cluster.Member;
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
import io.sheaf.protocol.link.Silence;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
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
    private static final int END_MILLIS = 500;
    private static final int PROBE_MILLIS = 1000;

    private final WorkerEvents events;
    private final Predicate<String> tokenIsRight;
    private final int dataPort;
    private final LinkLoop loop;
    private final Map<String, WorkerLink> links = new HashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final ActorSystem<Void> system;
    private volatile boolean closing;
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
                CoordinatorGuardian.create((self, message) -> loop.execute(() -> receive(self, message))),
                ArterySettings.SYSTEM,
                artery.config());
        var unused = system.getWhenTerminated().thenRun(() -> {
            if (!closing) {
                log.error("The cluster's actor system has ended; no worker can be reached any more");
                onFatal.run();
            }
        });
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
        closing = true;
        loop.close();
        // First, so that no worker that looks for the next coordinator comes into this cluster again.
        Cluster cluster = Cluster.get(system.classicSystem());
        cluster.down(cluster.selfAddress());
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(END_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.debug("The actor system does not end in time; the process will", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Last: it is what workers see of the end, and then they look for whoever listens where coordinators may be.
        links.values().forEach(WorkerLink::end);
    }

    private void receive(ActorRef<LinkMessage> self, LinkMessage message) {
        if (message instanceof LinkMessage.Attach attach) {
            attach(self, attach);
        } else if (message instanceof LinkMessage.Parcel parcel) {
            WorkerLink link = links.get(parcel.worker());
            if (link != null && link.session == parcel.session()) {
                long now = System.nanoTime();
                link.silence.heard(now);
                try {
                    link.channel.control(parcel.content(), now).forEach(payload -> deliver(link, payload));
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

    private void attach(ActorRef<LinkMessage> self, LinkMessage.Attach attach) {
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
        if (link != null && attach.incarnation() < link.incarnation()) {
            // It was on its way for long, from where the worker does not listen any more.
            return;
        }
        if (link != null && link.session == attach.session()) {
            if (!link.peer().equals(attach.replyTo())) {
                takeOut(link.peer().path().address());
                link.peer(attach);
            }
            link.silence.heard(now);
            link.channel.resume(attach.received(), now);
        } else if (link == null || !link.peer().equals(attach.replyTo())) {
            // Otherwise the question was repeated before the answer came, and the answer is the same.
            if (link != null) {
                lose(link, "it has begun anew");
            }
            link = new WorkerLink(attach, ++sessions, HexFormat.of().formatHex(randomBytes()), loop, now);
            links.put(attach.worker(), link);
        }
        attach.replyTo()
                .tell(new LinkMessage.Attached(link.session, link.channel.received(), dataPort, link.key, self));
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
            link.channel.repeatBodies();
        } else if (message instanceof DataFrame.Body body) {
            for (WorkerLink link : links.values()) {
                if (link.uses(connection)) {
                    link.silence.heard(System.nanoTime());
                    link.channel.body(body.number(), body.payload()).forEach(payload -> deliver(link, payload));
                    return;
                }
            }
            connection.close();
        }
    }

    private void deliver(WorkerLink link, Bytes payload) {
        if (link.isOver()) {
            return;
        }
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
                    link.dataEnded();
                    probe(link);
                });
    }

    private void probe(WorkerLink link) {
        Address address = link.peer().path().address();
        if (address.host().isDefined() && address.port().isDefined() && link.beginProbe()) {
            InetSocketAddress akka = new InetSocketAddress(
                    address.host().get(), (Integer) address.port().get());
            Thread thread = new Thread(
                    () -> {
                        boolean gone = refuses(akka);
                        loop.execute(() -> {
                            if (link.probed(gone)) {
                                lose(link, "its process is gone");
                            }
                        });
                    },
                    "probe-" + link.worker);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static boolean refuses(InetSocketAddress akka) {
        try (Socket socket = new Socket()) {
            socket.connect(akka, PROBE_MILLIS);
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            log.debug("{} cannot be probed: {}", akka, e.getMessage());
        }
        return false;
    }

    private void lose(WorkerLink link, String why) {
        if (!links.remove(link.worker, link)) {
            return;
        }
        link.end();
        takeOut(link.peer().path().address());
        link.info().ifPresent(info -> events.lost(link, report(info, why)));
    }

    private void takeOut(Address member) {
        if (member.host().isDefined()) {
            Cluster.get(system.classicSystem()).down(member);
        }
    }

    /** What died before it was linked, or after it was linked anew, would keep others from joining and leaving. */
    private void takeOutTheUnreachable() {
        for (Member member : Cluster.get(system.classicSystem()).state().getUnreachable()) {
            boolean isLinked = links.values().stream()
                    .anyMatch(link -> link.peer().path().address().equals(member.address()));
            if (member.hasRole("worker") && !isLinked) {
                takeOut(member.address());
            }
        }
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
            link.flush(now);
        }
    }

    private void tick(long now) {
        for (WorkerLink link : List.copyOf(links.values())) {
            if (link.isOver()) {
                links.remove(link.worker, link);
            } else if (link.silence.isTooLong(now)) {
                lose(link, "nothing was heard of it for " + Silence.LIMIT_SECONDS + " s");
            } else {
                link.channel.tick(now);
                probe(link);
            }
        }
        takeOutTheUnreachable();
    }
}
