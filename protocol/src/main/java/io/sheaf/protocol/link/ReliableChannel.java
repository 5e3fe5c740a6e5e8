package io.sheaf.protocol.link;

import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One end of an ordered stream of messages over two paths that may each lose, repeat, reorder and break off: a control
 * path for small messages and for the announcement of large ones, and a body path for the large ones themselves. Each
 * message is delivered once and in order, as long as both paths come back at times: messages are numbered, acknowledged
 * by number, and sent again when the acknowledgement is overdue (go-back-N, Tanenbaum, Computer Networks, §3.4.2). The
 * control path may lose single parcels; the body path carries everything or breaks off, as TCP does, so that a large
 * message that merely takes long is not sent twice.
 *
 * <p>Pure: it neither waits nor asks the time. For one thread.
 */
public final class ReliableChannel {
    /** Larger messages take the body path, in bytes. */
    public static final int LARGEST_INLINE = 16 << 10;

    private static final RecordCodec<Letter> LETTERS = RecordCodec.of(Letter.class);
    private static final int LARGEST_PARCEL = 64 << 10;
    private static final int ENVELOPE = 16;
    private static final int WINDOW = 1024;
    private static final long WINDOW_BYTES = 32 << 20;
    private static final int ACKNOWLEDGE_AFTER = 64;
    private static final long ACKNOWLEDGE_AFTER_BYTES = WINDOW_BYTES / 8;
    private static final long SIGN_OF_LIFE_NANOS = 1_000_000_000;

    private final Paths paths;
    private final long overdueNanos;
    private final boolean acknowledgesTaken;
    private final ArrayDeque<Outgoing> unacknowledged = new ArrayDeque<>();
    private final ArrayDeque<Bytes> waiting = new ArrayDeque<>();
    private final Map<Long, Bytes> arrived = new HashMap<>();
    private final Set<Long> announced = new HashSet<>();
    private long numbers;
    private long unacknowledgedBytes;
    private long waitingBytes;
    private long receivedUpTo;
    private long takenUpTo;
    private long acknowledged;
    private long bytesToAcknowledge;
    private long lastProgress;
    private long lastPosted;
    private boolean owesAnswer = true;

    /** Where a channel sends. Neither may call the channel back. */
    public interface Paths {
        /** A parcel for the control path. */
        void control(Bytes parcel);

        /** A large message for the body path; dropped when that is down, since {@link ReliableChannel#repeatBodies} follows. */
        void body(long number, Bytes payload);
    }

    /**
     * What the control path carries.
     *
     * @param received everything up to this number has arrived at the sender of this letter
     * @param items messages of the sender
     */
    public record Letter(long received, List<Item> items) {}

    /** A message in a letter. */
    public sealed interface Item {
        /** A small one. */
        record Inline(long number, Bytes payload) implements Item {}

        /** A large one, on the body path. */
        record Announced(long number) implements Item {}
    }

    private record Outgoing(long number, Bytes payload) {
        boolean isLarge() {
            return payload.length() > LARGEST_INLINE;
        }
    }

    /**
     * A fresh channel.
     *
     * @param overdueNanos how long an acknowledgement may take
     */
    public ReliableChannel(Paths paths, long overdueNanos) {
        this(paths, overdueNanos, false);
    }

    /**
     * A fresh channel.
     *
     * @param overdueNanos how long an acknowledgement may take
     * @param acknowledgesTaken whether only those messages are acknowledged of which {@link #taken} was said, so that its
     *     peer keeps the others; otherwise all that were delivered
     */
    public ReliableChannel(Paths paths, long overdueNanos, boolean acknowledgesTaken) {
        this.paths = paths;
        this.overdueNanos = overdueNanos;
        this.acknowledgesTaken = acknowledgesTaken;
    }

    /** So many further messages, of those that were delivered, need not be kept by the peer any more. */
    public void taken(long count) {
        takenUpTo += count;
    }

    /** Takes a message; it leaves with the next {@link #flush}, or when there is room in the window. */
    public void send(Bytes payload) {
        waiting.add(payload);
        waitingBytes += payload.length();
    }

    /** How many bytes were sent of which it is not known that they have arrived. */
    public long pending() {
        return waitingBytes + unacknowledgedBytes;
    }

    /** Sends what can be sent, and acknowledges what is due. */
    public void flush(long now) {
        List<Outgoing> fresh = new ArrayList<>();
        while (!waiting.isEmpty() && unacknowledged.size() < WINDOW && unacknowledgedBytes < WINDOW_BYTES) {
            if (unacknowledged.isEmpty()) {
                lastProgress = now;
            }
            Outgoing message = new Outgoing(++numbers, waiting.remove());
            unacknowledged.add(message);
            waitingBytes -= message.payload.length();
            unacknowledgedBytes += message.payload.length();
            fresh.add(message);
        }
        for (Outgoing message : fresh) {
            if (message.isLarge()) {
                paths.body(message.number, message.payload);
            }
        }
        boolean due = received() - acknowledged >= ACKNOWLEDGE_AFTER || bytesToAcknowledge >= ACKNOWLEDGE_AFTER_BYTES;
        transmit(fresh, due, now);
    }

    /** To be called a few times a second: acknowledges, repeats what is overdue, and shows once a second that this end lives. */
    public void tick(long now) {
        boolean overdue = !unacknowledged.isEmpty() && now - lastProgress > overdueNanos;
        if (overdue) {
            lastProgress = now;
        }
        boolean answers = owesAnswer || received() != acknowledged || now - lastPosted >= SIGN_OF_LIFE_NANOS;
        transmit(overdue ? List.copyOf(unacknowledged) : List.of(), answers, now);
    }

    /** The control path has come back; the peer has received everything up to a number. */
    public void resume(long peerReceived, long now) {
        confirm(peerReceived, now);
        transmit(List.copyOf(unacknowledged), true, now);
    }

    /** The body path has come back. */
    public void repeatBodies() {
        for (Outgoing message : unacknowledged) {
            if (message.isLarge()) {
                paths.body(message.number, message.payload);
            }
        }
    }

    /** A parcel has come on the control path; returns the messages that are to be delivered now, in order. */
    public List<Bytes> control(Bytes parcel, long now) throws MalformedMessageException {
        Letter letter = LETTERS.fromBytes(parcel);
        confirm(letter.received, now);
        // What is here already was sent again because its acknowledgement is missing.
        owesAnswer |= !letter.items.isEmpty();
        for (Item item : letter.items) {
            if (item instanceof Item.Inline small) {
                if (small.number > receivedUpTo) {
                    arrived.put(small.number, small.payload);
                    announced.add(small.number);
                }
            } else if (item instanceof Item.Announced large && large.number > receivedUpTo) {
                announced.add(large.number);
            }
        }
        return deliverable();
    }

    /** A large message has come on the body path; returns what is to be delivered now, in order. */
    public List<Bytes> body(long number, Bytes payload) {
        if (number > receivedUpTo) {
            arrived.put(number, payload);
        }
        return deliverable();
    }

    /** Everything up to this number has arrived here, and need not be sent again. */
    public long received() {
        return acknowledgesTaken ? takenUpTo : receivedUpTo;
    }

    /** What was sent and may not have arrived, in order. */
    public List<Bytes> undelivered() {
        List<Bytes> all = new ArrayList<>();
        unacknowledged.forEach(message -> all.add(message.payload));
        all.addAll(waiting);
        return all;
    }

    private List<Bytes> deliverable() {
        List<Bytes> ready = new ArrayList<>();
        while (announced.contains(receivedUpTo + 1)) {
            Bytes payload = arrived.remove(receivedUpTo + 1);
            if (payload == null) {
                break;
            }
            receivedUpTo++;
            announced.remove(receivedUpTo);
            bytesToAcknowledge += payload.length();
            ready.add(payload);
        }
        return ready;
    }

    private void confirm(long number, long now) {
        while (!unacknowledged.isEmpty() && unacknowledged.peek().number <= number) {
            unacknowledgedBytes -= unacknowledged.remove().payload.length();
            lastProgress = now;
        }
    }

    private void transmit(List<Outgoing> messages, boolean acknowledge, long now) {
        List<Item> items = new ArrayList<>();
        int bytes = 0;
        for (Outgoing message : messages) {
            int size = ENVELOPE + (message.isLarge() ? 0 : message.payload.length());
            if (bytes > 0 && bytes + size > LARGEST_PARCEL) {
                post(items, now);
                items = new ArrayList<>();
                bytes = 0;
            }
            bytes += size;
            items.add(
                    message.isLarge()
                            ? new Item.Announced(message.number)
                            : new Item.Inline(message.number, message.payload));
        }
        if (!items.isEmpty() || acknowledge) {
            post(items, now);
        }
    }

    private void post(List<Item> items, long now) {
        acknowledged = received();
        bytesToAcknowledge = 0;
        owesAnswer = false;
        lastPosted = now;
        paths.control(LETTERS.toBytes(new Letter(acknowledged, items)));
    }
}
