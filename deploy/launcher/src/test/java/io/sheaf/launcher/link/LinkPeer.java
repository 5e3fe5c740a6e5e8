package io.sheaf.launcher.link;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import io.sheaf.protocol.link.ArterySettings;
import io.sheaf.protocol.link.LinkMessage;
import io.sheaf.protocol.link.ReliableChannel;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Either end of a link, by hand: an actor, and no data connection at all. */
final class LinkPeer implements ReliableChannel.Paths, AutoCloseable {
    final ReliableChannel channel = new ReliableChannel(this, Long.MAX_VALUE);
    final ActorRef<LinkMessage> self;
    /** Large messages, which an actor does not carry. */
    final List<Long> bodies = new ArrayList<>();

    private final LinkedBlockingQueue<LinkMessage> received = new LinkedBlockingQueue<>();
    private final ActorSystem<Void> system;
    private LinkMessage.Parcel envelope = new LinkMessage.Parcel("", 0, Bytes.EMPTY);
    private String to = "";

    LinkPeer(String actor, int port) {
        CompletableFuture<ActorRef<LinkMessage>> spawned = new CompletableFuture<>();
        system = ActorSystem.create(
                Behaviors.<Void>setup(context -> {
                    spawned.complete(context.spawn(
                            Behaviors.<LinkMessage>receiveMessage(message -> {
                                received.add(message);
                                return Behaviors.same();
                            }),
                            actor,
                            Props.empty()));
                    return Behaviors.empty();
                }),
                ArterySettings.SYSTEM,
                new ArterySettings("test", "127.0.0.1", port, Optional.empty()).config());
        self = spawned.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** From now on parcels go there. */
    void address(String path, String worker, long session) {
        to = path;
        envelope = new LinkMessage.Parcel(worker, session, Bytes.EMPTY);
    }

    void tell(LinkMessage message) {
        system.classicSystem().actorSelection(to).tell(message, akka.actor.ActorRef.noSender());
    }

    /** The next message of that kind; others are passed over. */
    <T extends LinkMessage> T next(Class<T> kind) throws InterruptedException {
        LinkMessage next = received.poll(20, TimeUnit.SECONDS);
        while (next != null && !kind.isInstance(next)) {
            next = received.poll(20, TimeUnit.SECONDS);
        }
        if (next == null) {
            throw new AssertionError("No " + kind.getSimpleName() + " within 20 s");
        }
        return kind.cast(next);
    }

    /** What arrives in parcels until this many messages have come. */
    List<Bytes> messages(int count) throws Exception {
        List<Bytes> all = new ArrayList<>();
        while (all.size() < count) {
            all.addAll(channel.control(next(LinkMessage.Parcel.class).content(), 0));
        }
        return all;
    }

    @Override
    public void control(Bytes parcel) {
        tell(new LinkMessage.Parcel(envelope.worker(), envelope.session(), parcel));
    }

    @Override
    public void body(long number, Bytes payload) {
        bodies.add(number);
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
