package io.sheaf.protocol.wire;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages in both directions over a transport, in order: frames of a length in four bytes, most significant first,
 * and a record. One thread of its own reads. A message that comes alone is written by whoever sends it, as far as the
 * operating system takes it at once; another thread writes the rest, and what follows closely: what was sent while a write
 * was under way goes out with the next one.
 *
 * <p>Safe for use by many threads.
 *
 * @param <I> what is received
 * @param <O> what is sent
 */
public final class Connection<I, O> implements Closeable {
    /** What a peer may send before it has said who it is, in bytes. */
    public static final int FRAME_LIMIT_OF_STRANGERS = 1 << 16;

    /** What any message may be at most, in bytes. */
    public static final int FRAME_LIMIT = 512 << 20;

    private static final int BUFFER = 1 << 16;

    /** What is written by whoever sends it, at most: more takes longer than waking another thread. */
    private static final int LARGEST_AT_ONCE = 1 << 13;

    /** What comes so soon after another message is likely to be followed by more, which go out together. */
    private static final long CLOSE_NANOS = 30_000;

    private final Transport transport;
    private final RecordCodec<I> incoming;
    private final RecordCodec<O> outgoing;
    private final Object lock = new Object();
    private final WireOutput pending = new WireOutput();
    private final Thread writer;
    private final String name;
    private final ByteBuffer direct = ByteBuffer.allocateDirect(LARGEST_AT_ONCE);
    /** What the operating system did not take at once; comes before all that is pending. */
    private @Nullable ByteBuffer rest;

    private long lastSent;
    private boolean started;
    private long underWay;
    private boolean ending;
    private @Nullable String broken;
    private @Nullable Runnable eased;
    private long mark;
    private volatile int frameLimit = FRAME_LIMIT;
    /** Raised before and after each wait for the peer, so that it is odd during one. */
    private volatile long turns;

    private long seenTurns;

    /** What a connection tells; called by its reading thread, one call at a time. */
    public interface Listener<I> {
        /** A message has arrived. The next one is read after this returns. */
        void received(I message);

        /** Nothing will arrive any more; called once. */
        void closed(String reason);
    }

    /** A connection that neither reads nor writes before {@link #start}. */
    public Connection(String name, Transport transport, RecordCodec<I> incoming, RecordCodec<O> outgoing) {
        this.transport = transport;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.writer = new Thread(this::writeAll, name + "-writer");
        this.name = name;
        writer.setDaemon(true);
    }

    /** Begins to read and write. To be called once. */
    public void start(Listener<I> listener) {
        Thread reading = new Thread(() -> readAll(listener), name + "-reader");
        reading.setDaemon(true);
        lastSent = System.nanoTime();
        synchronized (lock) {
            started = true;
        }
        writer.start();
        reading.start();
    }

    /** The longest frame to accept from now on, in bytes; {@link #FRAME_LIMIT} at first. */
    public void limitFrames(int bytes) {
        frameLimit = bytes;
    }

    /**
     * Writes or queues the message and returns at once. Does nothing once the connection is closed, which the listener is told.
     *
     * @throws IllegalArgumentException when the message cannot be written, or is too large
     */
    public void send(O message) {
        synchronized (lock) {
            if (broken == null && !ending) {
                boolean alone = comesAlone();
                try {
                    pending.putFrame(() -> outgoing.write(message, pending));
                } catch (RuntimeException e) {
                    breakOff("half of a message could not be written: " + e);
                    throw e;
                }
                if (!alone || !isWrittenAtOnce()) {
                    lock.notifyAll();
                }
            }
        }
    }

    /** Under the lock. Whoever waits for what is unwritten is told of its end by the writer, which must write it then. */
    private boolean comesAlone() {
        long now = System.nanoTime();
        boolean close = now - lastSent < CLOSE_NANOS;
        lastSent = now;
        return started && !close && unwritten() == 0;
    }

    /** Under the lock, when nothing but one message is pending. */
    private boolean isWrittenAtOnce() {
        if (pending.size() > LARGEST_AT_ONCE) {
            return false;
        }
        direct.clear();
        pending.take().forEach(direct::put);
        direct.flip();
        try {
            transport.writeAtOnce(direct);
        } catch (IOException e) {
            // The writer will find out the same, and tells it: here locks are held.
        }
        if (!direct.hasRemaining()) {
            return true;
        }
        rest = ByteBuffer.allocate(direct.remaining()).put(direct).flip();
        return false;
    }

    private long unwritten() {
        return pending.size() + underWay + (rest == null ? 0 : rest.remaining());
    }

    /** How many bytes were sent and are not yet in the hands of the operating system. */
    public long backlog() {
        synchronized (lock) {
            return unwritten();
        }
    }

    /** Waits until {@link #backlog} is at most that many bytes, or the connection is closed. */
    public void awaitBacklog(long bytes) throws InterruptedException {
        synchronized (lock) {
            while (broken == null && unwritten() > bytes) {
                lock.wait();
            }
        }
    }

    /**
     * Calls once, as soon as {@link #backlog} is at most that many bytes or the connection is closed: at once in this
     * thread, or later in one of the connection's. The call must not block. One can be waited for at a time.
     *
     * @throws IllegalStateException when another is waited for
     */
    public void onceBelow(long bytes, Runnable call) {
        synchronized (lock) {
            if (eased != null) {
                throw new IllegalStateException("Another call is waited for already");
            }
            if (broken == null && unwritten() > bytes) {
                mark = bytes;
                eased = call;
                return;
            }
        }
        call.run();
    }

    /** To be called after the backlog has shrunk, without the lock. */
    private void tellEased() {
        Runnable call;
        synchronized (lock) {
            if (eased == null || (broken == null && unwritten() > mark)) {
                return;
            }
            call = eased;
            eased = null;
        }
        call.run();
    }

    /** The peer, for people. */
    public String peer() {
        return transport.peer();
    }

    /**
     * Whether nothing has come since this was last asked, though it was waited for all the time. To be asked now and
     * then, by one thread; a process that was stopped meanwhile is asked too seldom, not told too much.
     */
    public boolean nothingCame() {
        long now = turns;
        boolean nothing = now == seenTurns && now % 2 == 1;
        seenTurns = now;
        return nothing;
    }

    /** Writes what was sent, then closes; returns at once. */
    public void end() {
        synchronized (lock) {
            ending = true;
            lock.notifyAll();
        }
    }

    /** Closes at once; what is not yet written is lost. */
    @Override
    public void close() {
        close("closed on this side");
    }

    /** As {@link #close()}, for a reason that the listener is told. */
    public void close(String reason) {
        breakOff(reason);
    }

    private void writeAll() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        try {
            for (List<ByteBuffer> parts = next(); !parts.isEmpty(); parts = next()) {
                for (ByteBuffer part : parts) {
                    write(part, buffer);
                }
                flush(buffer);
            }
            breakOff("closed on this side");
        } catch (IOException e) {
            breakOff(reason(e));
        } catch (InterruptedException e) {
            breakOff("interrupted");
        } catch (RuntimeException | Error e) {
            // Without a writer nothing would ever be said again, and nobody would know.
            breakOff("broken: " + e);
            report(e);
        }
    }

    private List<ByteBuffer> next() throws InterruptedException {
        synchronized (lock) {
            underWay = 0;
            lock.notifyAll();
        }
        tellEased();
        synchronized (lock) {
            while (pending.size() == 0 && rest == null && !ending && broken == null) {
                lock.wait();
            }
            if (broken != null) {
                return List.of();
            }
            underWay = unwritten();
            List<ByteBuffer> parts = new ArrayList<>();
            if (rest != null) {
                parts.add(rest);
                rest = null;
            }
            parts.addAll(pending.take());
            return parts;
        }
    }

    private void write(ByteBuffer part, ByteBuffer buffer) throws IOException {
        while (part.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush(buffer);
            }
            int length = Math.min(part.remaining(), buffer.remaining());
            buffer.put(buffer.position(), part, part.position(), length);
            buffer.position(buffer.position() + length);
            part.position(part.position() + length);
        }
    }

    private void flush(ByteBuffer buffer) throws IOException {
        buffer.flip();
        transport.write(buffer);
        buffer.clear();
    }

    private void readAll(Listener<I> listener) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).flip();
        String reason;
        try {
            while (true) {
                fill(buffer, 4, true);
                int length = buffer.getInt();
                if (length < 0 || length > frameLimit) {
                    throw new MalformedMessageException(
                            "A message of " + length + " bytes; the limit is " + frameLimit);
                }
                listener.received(incoming.fromBytes(body(length, buffer)));
            }
        } catch (EOFException e) {
            reason = "closed by the peer";
        } catch (IOException e) {
            reason = reason(e);
        } catch (RuntimeException | Error e) {
            reason = "broken: " + e;
            report(e);
        }
        breakOff(reason);
        listener.closed(brokenOff());
    }

    /** Nobody up the stack could know of it, and a reader that ended in silence could never be explained. */
    private static void report(Throwable e) {
        Thread thread = Thread.currentThread();
        thread.getThreadGroup().uncaughtException(thread, e);
    }

    private Bytes body(int length, ByteBuffer buffer) throws IOException {
        byte[] body = new byte[length];
        int at = 0;
        while (at < length) {
            fill(buffer, 1, false);
            int part = Math.min(length - at, buffer.remaining());
            buffer.get(body, at, part);
            at += part;
        }
        return Bytes.wrap(body);
    }

    private void fill(ByteBuffer buffer, int least, boolean between) throws IOException {
        if (buffer.remaining() >= least) {
            return;
        }
        buffer.compact();
        while (buffer.position() < least) {
            if (read(buffer) < 0) {
                if (between && buffer.position() == 0) {
                    throw new EOFException();
                }
                throw new IOException("ended in the middle of a message");
            }
        }
        buffer.flip();
    }

    private int read(ByteBuffer buffer) throws IOException {
        long before = turns;
        turns = before + 1;
        int count = transport.read(buffer);
        turns = before + 2;
        return count;
    }

    private void breakOff(String reason) {
        synchronized (lock) {
            if (broken == null) {
                broken = reason;
            }
            lock.notifyAll();
        }
        try {
            transport.close();
        } catch (IOException e) {
            // It is of no use any more, and the first reason has been kept.
        }
        tellEased();
    }

    private String brokenOff() {
        synchronized (lock) {
            return broken == null ? "closed" : broken;
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
