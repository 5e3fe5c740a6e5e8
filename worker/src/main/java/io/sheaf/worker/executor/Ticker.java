package io.sheaf.worker.executor;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at what runs from outside a hundred times a second, so that a quick result does not wait behind a slow item, and
 * so that the worker knows what runs for long. It rests while nothing runs.
 */
public final class Ticker implements Runnable {
    private static final long PERIOD_NANOS = Results.LONGEST_WAIT_NANOS;
    private static final int TICKS_BEFORE_REST = 100;

    private final Collection<Watch> watches;
    private final Thread thread;
    private volatile boolean resting;

    /**
     * Ticks from now on.
     *
     * @param watches may change at any time
     * @param onFailure when that cannot go on
     */
    public Ticker(Collection<Watch> watches, Runnable onFailure) {
        this.watches = watches;
        this.thread = new Thread(this, "ticker");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((unused, failure) -> onFailure.run());
        thread.start();
    }

    /** Something begins to run after nothing did. */
    public void wake() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /** For its own thread. */
    @Override
    public void run() {
        int idle = 0;
        while (true) {
            idle = tick(System.nanoTime()) ? 0 : idle + 1;
            if (idle < TICKS_BEFORE_REST) {
                LockSupport.parkNanos(this, PERIOD_NANOS);
            } else {
                rest();
                idle = 0;
            }
        }
    }

    /** Whoever makes a queue busy looks at {@code resting} afterwards, and this the other way round: nobody is missed. */
    private void rest() {
        resting = true;
        while (watches.stream().noneMatch(Watch::isRunning)) {
            LockSupport.parkNanos(this, TimeUnit.HOURS.toNanos(1));
        }
        resting = false;
    }

    private boolean tick(long now) {
        boolean runs = false;
        for (Watch watch : watches) {
            runs |= watch.tick(now);
        }
        return runs;
    }
}
