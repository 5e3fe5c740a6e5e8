package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the running thread from outside a hundred times a second, so that a quick result does not wait behind a slow
 * item, and so that the worker knows what runs for long. It rests while nothing runs.
 */
final class Ticker implements Runnable {
    private static final long PERIOD_NANOS = Results.LONGEST_WAIT_NANOS;
    private static final int TICKS_BEFORE_REST = 100;
    private static final long PROGRESS_NANOS = 250_000_000;

    private final ItemQueue queue;
    private final Results results;
    private final Consumer<FromExecutor> send;
    private final Thread thread;
    private volatile boolean resting;
    private ItemQueue.@Nullable Claim told;
    private int toldPermille;
    private long toldPermilleAt;

    Ticker(ItemQueue queue, Results results, Consumer<FromExecutor> send, Runnable onFailure) {
        this.queue = queue;
        this.results = results;
        this.send = send;
        this.thread = new Thread(this, "ticker");
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((unused, failure) -> onFailure.run());
        thread.start();
    }

    /** Something begins to run after nothing did. */
    void wake() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

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

    /** Whoever makes the queue busy looks at {@code resting} afterwards, and this the other way round: nobody is missed. */
    private void rest() {
        resting = true;
        while (queue.running() == null) {
            LockSupport.parkNanos(this, TimeUnit.HOURS.toNanos(1));
        }
        resting = false;
    }

    private boolean tick(long now) {
        ItemQueue.Claim running = queue.running();
        if (running == null) {
            return false;
        }
        long began = running.began();
        boolean tell = began != 0 && now - began >= PERIOD_NANOS && running != told;
        results.flushOlderThan(tell ? 0 : PERIOD_NANOS, now);
        if (tell) {
            told = running;
            toldPermille = -1;
            toldPermilleAt = now - PROGRESS_NANOS;
            send.accept(new FromExecutor.StillRunning(running.job(), running.index, now - began));
        }
        if (running == told) {
            tellProgress(running, now);
        }
        return true;
    }

    private void tellProgress(ItemQueue.Claim running, long now) {
        int permille = running.permille();
        if (permille != toldPermille && now - toldPermilleAt >= PROGRESS_NANOS) {
            toldPermille = permille;
            toldPermilleAt = now;
            send.accept(new FromExecutor.Progressed(running.job(), running.index, permille));
        }
    }
}
