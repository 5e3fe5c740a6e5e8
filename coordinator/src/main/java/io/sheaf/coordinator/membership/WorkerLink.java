package io.sheaf.coordinator.membership;

import akka.actor.typed.ActorRef;
import io.sheaf.coordinator.dispatch.WorkerPort;
import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.link.DataFrame;
import io.sheaf.protocol.link.LinkLoop;
import io.sheaf.protocol.link.LinkMessage;
import io.sheaf.protocol.link.ReliableChannel;
import io.sheaf.protocol.link.Silence;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.Connection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The coordinator's end of the link with one worker, for one session. Touched by the loop's thread only, but for what a port allows. */
final class WorkerLink implements WorkerPort, ReliableChannel.Paths {
    private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long MUCH = 2 << 20;

    final String worker;
    final long session;
    final String key;
    final ReliableChannel channel = new ReliableChannel(this, OVERDUE_NANOS, true);
    final Silence silence;
    private final LinkLoop loop;
    private ActorRef<LinkMessage> peer;
    private long incarnation;
    private @Nullable Connection<DataFrame, DataFrame> data;
    private Optional<io.sheaf.protocol.job.WorkerInfo> info = Optional.empty();
    private boolean dataEnded;
    private boolean probing;
    private boolean over;
    private final Object room = new Object();
    private long queued;
    private long onTheWay;
    private boolean ended;

    WorkerLink(LinkMessage.Attach attach, long session, String key, LinkLoop loop, long now) {
        this.worker = attach.worker();
        this.session = session;
        this.key = key;
        this.loop = loop;
        this.peer = attach.replyTo();
        this.incarnation = attach.incarnation();
        this.silence = new Silence(now);
    }

    @Override
    public void send(ToWorker message) {
        Bytes payload = WorkerConversation.TO_WORKER.toBytes(message);
        synchronized (room) {
            queued += payload.length();
        }
        loop.execute(() -> {
            channel.send(payload);
            synchronized (room) {
                queued -= payload.length();
                onTheWay += payload.length();
            }
        });
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        synchronized (room) {
            while (!ended && queued + onTheWay > MUCH) {
                room.wait();
            }
        }
    }

    @Override
    public void taken(long messages) {
        loop.execute(() -> channel.taken(messages));
    }

    /** Sends what can be sent. */
    void flush(long now) {
        channel.flush(now);
        synchronized (room) {
            onTheWay = channel.pending();
            room.notifyAll();
        }
    }

    @Override
    public void close() {
        loop.execute(this::end);
    }

    void end() {
        over = true;
        synchronized (room) {
            ended = true;
            room.notifyAll();
        }
        if (data != null) {
            data.close();
        }
    }

    boolean isOver() {
        return over;
    }

    ActorRef<LinkMessage> peer() {
        return peer;
    }

    /** The worker listens elsewhere. */
    void peer(LinkMessage.Attach attach) {
        peer = attach.replyTo();
        incarnation = attach.incarnation();
    }

    long incarnation() {
        return incarnation;
    }

    void data(Connection<DataFrame, DataFrame> connection) {
        if (data != null) {
            data.close();
        }
        data = connection;
        dataEnded = false;
    }

    void dataEnded() {
        dataEnded = true;
    }

    /** Whether to look if the worker's process is still there; then {@link #probed} is to follow. */
    boolean beginProbe() {
        boolean begin = dataEnded && !probing && !over;
        probing |= begin;
        return begin;
    }

    /** Returns whether the answer, that its process is gone, still means anything. */
    boolean probed(boolean gone) {
        probing = false;
        return gone && dataEnded && !over;
    }

    boolean uses(Connection<DataFrame, DataFrame> connection) {
        return data == connection;
    }

    void info(io.sheaf.protocol.job.WorkerInfo who) {
        info = Optional.of(who);
    }

    Optional<io.sheaf.protocol.job.WorkerInfo> info() {
        return info;
    }

    @Override
    public void control(Bytes parcel) {
        if (!over) {
            peer.tell(new LinkMessage.Parcel(worker, session, parcel));
        }
    }

    @Override
    public void body(long number, Bytes payload) {
        if (data != null) {
            data.send(new DataFrame.Body(number, payload));
        }
    }
}
