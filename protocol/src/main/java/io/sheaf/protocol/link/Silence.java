package io.sheaf.protocol.link;

import java.util.concurrent.TimeUnit;

/**
 * For how long nothing was heard of a peer, not counting what this process itself was stopped for: after that, what the
 * peer said meanwhile still waits to be read. Asks no clock; for one thread.
 */
public final class Silence {
    /** Longer than this, in seconds, means that the peer is lost. */
    public static final int LIMIT_SECONDS = 6;

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private long heard;
    private long lastTick;

    /** Begins as if the peer had just been heard. */
    public Silence(long now) {
        this.heard = now;
        this.lastTick = now;
    }

    /** The peer said something. */
    public void heard(long now) {
        heard = now;
    }

    /** To be asked a few times a second; whether the peer is lost. */
    public boolean isTooLong(long now) {
        long sinceTick = now - lastTick;
        lastTick = now;
        if (sinceTick > PAUSE_NANOS) {
            heard += Math.min(sinceTick, now - heard);
        }
        return now - heard > LIMIT_NANOS;
    }
}
