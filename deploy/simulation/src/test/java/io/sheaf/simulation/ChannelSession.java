package io.sheaf.simulation;

import io.sheaf.protocol.WorkerConversation;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.link.ReliableChannel;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** A session over the product's reliable channel, on paths that lose, repeat, delay and reorder what they carry. */
final class ChannelSession implements Session {
    private static final long OVERDUE = 3 * VirtualTime.SECOND;
    private static final long TICK = VirtualTime.SECOND / 4;

    private final VirtualTime time;
    private final Conditions conditions;
    private final SplittableRandom random;
    private final End coordinator;
    private final End worker;
    private boolean cut;
    private boolean over;

    ChannelSession(VirtualTime time, Conditions conditions, SplittableRandom random, Ends ends) {
        this.time = time;
        this.conditions = conditions;
        this.random = random;
        this.coordinator = new End(payload -> ends.atCoordinator(this, fromWorker(payload)), true);
        this.worker = new End(payload -> ends.atWorker(this, toWorker(payload)), false);
        coordinator.peer = worker;
        worker.peer = coordinator;
        time.after(random.nextLong(TICK), this::tick);
    }

    /** One end: what it sends goes to the other, sooner or later or never. */
    private final class End implements ReliableChannel.Paths {
        private final ReliableChannel channel;
        private final ArrayDeque<Runnable> whileFrozen = new ArrayDeque<>();
        private final Consumer<Bytes> receiver;
        private End peer = this;
        private boolean frozen;
        private boolean gone;
        private boolean flushing;
        private long lastBody;

        End(Consumer<Bytes> receiver, boolean acknowledgesTaken) {
            this.receiver = receiver;
            this.channel = new ReliableChannel(this, OVERDUE, acknowledgesTaken);
        }

        void send(Bytes payload) {
            channel.send(payload);
            if (!flushing) {
                flushing = true;
                time.after(0, () -> {
                    flushing = false;
                    if (!gone && !over) {
                        channel.flush(time.now());
                    }
                });
            }
        }

        @Override
        public void control(Bytes parcel) {
            Bytes copy = Bytes.wrap(parcel.copy());
            while (random.nextDouble() < conditions.loss()) {
                carry(delay(), () -> peer.hear(copy));
            }
            if (random.nextDouble() >= conditions.loss()) {
                carry(delay(), () -> peer.hear(copy));
            }
        }

        @Override
        public void body(long number, Bytes payload) {
            if (!cut) {
                lastBody = Math.max(lastBody, time.now() + delay());
                long at = lastBody;
                carry(at - time.now(), () -> peer.deliver(peer.channel.body(number, payload)));
            }
        }

        private long delay() {
            return conditions.delay() + (conditions.jitter() == 0 ? 0 : random.nextLong(conditions.jitter()));
        }

        private void carry(long delay, Runnable arrival) {
            if (!cut) {
                time.after(delay, () -> {
                    if (!cut) {
                        peer.take(arrival);
                    }
                });
            }
        }

        private void take(Runnable arrival) {
            if (over || gone) {
                return;
            }
            if (frozen) {
                whileFrozen.add(arrival);
            } else {
                arrival.run();
            }
        }

        private void hear(Bytes parcel) {
            try {
                deliver(channel.control(parcel, time.now()));
            } catch (MalformedMessageException e) {
                throw new AssertionError("A parcel cannot be read", e);
            }
        }

        private void deliver(List<Bytes> payloads) {
            payloads.forEach(receiver);
            channel.flush(time.now());
        }

        private void thaw() {
            frozen = false;
            while (!whileFrozen.isEmpty()) {
                whileFrozen.remove().run();
            }
        }
    }

    private void tick() {
        if (over) {
            return;
        }
        for (End end : List.of(coordinator, worker)) {
            if (!end.frozen && !end.gone) {
                end.channel.tick(time.now());
            }
        }
        time.after(TICK, this::tick);
    }

    @Override
    public void toCoordinator(FromWorker message) {
        worker.send(WorkerConversation.FROM_WORKER.toBytes(message));
    }

    @Override
    public void toWorker(ToWorker message) {
        coordinator.send(WorkerConversation.TO_WORKER.toBytes(message));
    }

    @Override
    public void taken(long messages) {
        coordinator.channel.taken(messages);
    }

    @Override
    public void cut() {
        cut = true;
    }

    /** As when the worker attaches to a session that still exists. */
    @Override
    public void heal() {
        cut = false;
        coordinator.channel.resume(worker.channel.received(), time.now());
        worker.channel.resume(coordinator.channel.received(), time.now());
        coordinator.channel.repeatBodies();
        worker.channel.repeatBodies();
    }

    @Override
    public void freeze() {
        worker.frozen = true;
    }

    @Override
    public void thaw() {
        worker.thaw();
    }

    @Override
    public void workerGone() {
        worker.gone = true;
    }

    @Override
    public void end() {
        over = true;
    }

    @Override
    public List<FromWorker> undelivered() {
        List<FromWorker> messages = new ArrayList<>();
        worker.channel.undelivered().forEach(payload -> messages.add(fromWorker(payload)));
        return messages;
    }

    @Override
    public boolean isQuiet() {
        return worker.channel.undelivered().isEmpty()
                && coordinator.channel.undelivered().isEmpty()
                && !worker.frozen;
    }

    private static FromWorker fromWorker(Bytes payload) {
        try {
            return WorkerConversation.FROM_WORKER.fromBytes(payload);
        } catch (MalformedMessageException e) {
            throw new AssertionError("A message of a worker cannot be read", e);
        }
    }

    private static ToWorker toWorker(Bytes payload) {
        try {
            return WorkerConversation.TO_WORKER.fromBytes(payload);
        } catch (MalformedMessageException e) {
            throw new AssertionError("A message to a worker cannot be read", e);
        }
    }
}
