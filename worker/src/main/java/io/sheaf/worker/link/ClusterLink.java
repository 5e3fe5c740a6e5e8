package io.sheaf.worker.link;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.link.DataFrame;
import io.sheaf.protocol.link.LinkLoop;
import io.sheaf.protocol.link.LinkMessage;
import io.sheaf.protocol.link.ReliableChannel;
import io.sheaf.protocol.link.Silence;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.Transport;
import io.sheaf.worker.agent.CoordinatorEvents;
import io.sheaf.worker.agent.CoordinatorPort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a worker linked with its coordinator for as long as the worker lives. When nothing is heard for 6 s, or the
 * actor system was ended because the coordinator gave this member up, a new actor system takes its place; the session,
 * and what the worker runs, go on unless the coordinator has begun a new one.
 */
public final class ClusterLink implements CoordinatorPort, ReliableChannel.Paths, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusterLink.class);
    private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long COMPLAIN_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final WorkerId self;
    /** Changes with the coordinator that is at work. */
    private volatile LinkSettings settings;

    private final CoordinatorEvents events;
    private final Consumer<String> onRefused;
    private final LinkLoop loop;
    private final Departure departure = new Departure();
    private ReliableChannel channel = new ReliableChannel(this, OVERDUE_NANOS);
    private long toldPending;
    private long session;
    private boolean attached;
    private boolean registered;
    private final List<Bytes> early = new ArrayList<>();
    private final Silence silence;
    private final Seat seat = new Seat();
    private long lastAsked;
    private long lastComplaint;
    private long generation = System.currentTimeMillis() << 16;
    private boolean isUsed;
    private boolean wasSilent;
    private @Nullable ActorRef<LinkMessage> own;
    private @Nullable DataLine data;
    private volatile LinkMessage.@Nullable Attached answer;

    /**
     * A link that looks for its coordinator from now on.
     *
     * @param onRefused told why the coordinator does not want this worker; the worker should end
     * @param onFatal called when the link cannot be served any more
     */
    public ClusterLink(
            WorkerId self,
            LinkSettings settings,
            CoordinatorEvents events,
            Consumer<String> onRefused,
            Runnable onFatal) {
        this.self = self;
        this.settings = settings;
        this.events = events;
        this.onRefused = onRefused;
        long now = System.nanoTime();
        this.silence = new Silence(now);
        this.lastAsked = now;
        this.lastComplaint = now;
        this.loop = new LinkLoop("link", this::flush, this::tick, onFatal);
        loop.execute(this::open);
        loop.start();
    }

    @Override
    public void send(FromWorker message) {
        Bytes payload = WorkerConversation.FROM_WORKER.toBytes(message);
        boolean registers = message instanceof FromWorker.Register;
        loop.execute(() -> send(payload, registers));
    }

    /** What the worker said before it knew of a new session must not overtake its registration there. */
    private void send(Bytes payload, boolean registers) {
        if (registers || registered) {
            channel.send(payload);
        } else {
            early.add(payload);
        }
        if (registers) {
            registered = true;
            early.forEach(channel::send);
            early.clear();
        }
    }

    private void flush(long now) {
        channel.flush(now);
        long pending = channel.pending();
        if (pending != toldPending) {
            toldPending = pending;
            events.onTheWay(pending);
        }
    }

    /** A new connection to the session port of the coordinator that was heard of last. */
    public Transport dialSession() throws IOException {
        LinkMessage.Attached known = answer;
        if (known == null) {
            throw new IOException("no coordinator has answered yet");
        }
        return DataLine.dial(settings, known.dataPort());
    }

    /** Says goodbye once all that was sent has arrived, or after 2 s, and ends; completes then. */
    public CompletableFuture<Void> leave() {
        loop.execute(() -> departure.begin(System.nanoTime()));
        return departure.over();
    }

    @Override
    public void close() {
        loop.close();
        closeData();
        shut();
    }

    @Override
    public void control(Bytes parcel) {
        LinkMessage.Attached to = answer;
        if (attached && to != null) {
            to.replyTo().tell(new LinkMessage.Parcel(self.name(), session, parcel));
        }
    }

    @Override
    public void body(long number, Bytes payload) {
        DataLine line = data;
        if (line != null) {
            line.send(new DataFrame.Body(number, payload));
        }
    }

    private void open() {
        long number = ++generation;
        isUsed = false;
        seat.open(
                settings,
                ref -> loop.execute(() -> listening(ref, number)),
                message -> loop.execute(() -> receive(message, number)),
                () -> loop.execute(this::joined),
                gone -> loop.execute(() -> terminated(gone)));
    }

    private void listening(ActorRef<LinkMessage> ref, long number) {
        if (number == generation) {
            own = ref;
            attach();
        }
    }

    private void joined() {
        if (!attached && !departure.hasBegun()) {
            attach();
        }
    }

    private void attach() {
        ActorRef<LinkMessage> listener = own;
        lastAsked = System.nanoTime();
        if (listener != null) {
            tell(settings.attach(self, session, channel.received(), generation, listener));
        }
    }

    private void tell(LinkMessage message) {
        settings = attached ? settings : seat.towardsActive(settings);
        seat.tell(settings, message);
    }

    private void receive(LinkMessage message, long number) {
        if (number != generation) {
            return;
        }
        long now = System.nanoTime();
        silence.heard(now);
        if (message instanceof LinkMessage.Attached reply) {
            accept(reply);
        } else if (message instanceof LinkMessage.Refused refused) {
            onRefused.accept(refused.reason());
        } else if (message instanceof LinkMessage.Farewell) {
            departure.answered();
        } else if (message instanceof LinkMessage.Parcel parcel && parcel.session() == session) {
            try {
                deliver(channel.control(parcel.content(), now));
            } catch (MalformedMessageException e) {
                log.error("The coordinator sent a message that cannot be read", e);
                replace();
            }
        }
    }

    private void accept(LinkMessage.Attached reply) {
        answer = reply;
        boolean leftCluster = false;
        if (reply.session() != session) {
            leftCluster = isUsed;
            begin(reply.session());
        } else if (!attached) {
            log.info("The link with {} is back", settings);
            attached = true;
            channel.resume(reply.received(), System.nanoTime());
        }
        isUsed = true;
        if (wasSilent) {
            wasSilent = false;
            closeData();
        }
        openData();
        if (leftCluster) {
            replace();
        }
    }

    private void begin(long next) {
        if (session != 0) {
            log.info("The coordinator has begun a new session");
            events.detached(undelivered());
        }
        session = next;
        channel = new ReliableChannel(this, OVERDUE_NANOS);
        registered = false;
        early.clear();
        attached = true;
        events.attached(this);
    }

    private void openData() {
        LinkMessage.Attached to = answer;
        if (to == null || (data != null && data.session() == to.session() && !data.isOver())) {
            return;
        }
        closeData();
        DataFrame.Greeting greeting = new DataFrame.Greeting(self.name(), to.session(), to.key());
        data = new DataLine(settings, to.dataPort(), greeting, new DataLine.Events() {
            @Override
            public void opened() {
                loop.execute(() -> {
                    if (greeting.session() == session) {
                        channel.repeatBodies();
                    }
                });
            }

            @Override
            public void body(DataFrame.Body body) {
                loop.execute(() -> {
                    if (greeting.session() == session) {
                        silence.heard(System.nanoTime());
                        deliver(channel.body(body.number(), body.payload()));
                    }
                });
            }

            @Override
            public void over(boolean refused) {
                loop.execute(() -> dataOver(refused));
            }
        });
    }

    /** Of several coordinators one that refuses connections has ended, and another takes its place. */
    private void dataOver(boolean refused) {
        DataLine line = data;
        departure.refused(refused);
        if (!settings.hasOthers() || !attached || departure.hasBegun() || line == null || !line.isOver()) {
            return;
        }
        if (refused) {
            log.warn("The coordinator has ended; looking for the one that takes its place");
            replace();
        } else if (line.hasLasted()) {
            openData();
        }
    }

    private void deliver(List<Bytes> payloads) {
        for (Bytes payload : payloads) {
            try {
                events.received(WorkerConversation.TO_WORKER.fromBytes(payload));
            } catch (MalformedMessageException e) {
                log.error("The coordinator sent a message that cannot be read", e);
            }
        }
    }

    private List<FromWorker> undelivered() {
        List<FromWorker> messages = new ArrayList<>();
        List<Bytes> payloads = new ArrayList<>(channel.undelivered());
        payloads.addAll(early);
        for (Bytes payload : payloads) {
            try {
                messages.add(WorkerConversation.FROM_WORKER.fromBytes(payload));
            } catch (MalformedMessageException e) {
                throw new IllegalStateException("An own message cannot be read", e);
            }
        }
        return messages;
    }

    private void tick(long now) {
        boolean silent = silence.isTooLong(now);
        if (departure.hasBegun()) {
            channel.tick(now);
            openData();
            departure.tick(
                    now,
                    () -> attached ? undelivered() : List.of(),
                    () -> tell(new LinkMessage.Goodbye(self.name(), session)));
            return;
        }
        if (silent && (attached || seat.isMember())) {
            if (attached) {
                log.warn("Nothing was heard of the coordinator at {} for 6 s; going on, and looking for it", settings);
            }
            wasSilent = true;
            replace();
        } else if (attached) {
            channel.tick(now);
            DataLine line = data;
            if (line != null && line.isOver() && now - lastAsked > ASK_AGAIN_NANOS) {
                // Perhaps the coordinator is another one now, which does not know this link.
                attach();
            }
            openData();
        } else {
            attach();
        }
        if (!attached && now - lastComplaint > COMPLAIN_NANOS) {
            lastComplaint = now;
            log.info("Waiting for the coordinator at {}{}", settings, settings.hint());
        }
    }

    private void terminated(ActorSystem<LinkMessage> gone) {
        if (seat.isIn(gone) && !departure.hasBegun()) {
            log.info("This member was taken out of the cluster; joining again");
            replace();
        }
    }

    /** A new actor system on another port: the cluster sees a new member, the coordinator the same worker. */
    private void replace() {
        attached = false;
        silence.heard(System.nanoTime());
        shut();
        try {
            open();
        } catch (RuntimeException e) {
            log.warn("No new actor system could be started; trying again in {} s", Silence.LIMIT_SECONDS, e);
        }
    }

    private void shut() {
        own = null;
        seat.shut();
    }

    /** Not with the actor system: to the coordinator, the end of this connection means that this process has died. */
    private void closeData() {
        if (data != null) {
            data.close();
            data = null;
        }
    }
}
