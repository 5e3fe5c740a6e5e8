package io.sheaf.protocol.link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The one thread that touches the channels of a process: what has queued up is taken together, so that what it sends
 * goes out together.
 */
public final class LinkLoop implements AutoCloseable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final LongConsumer afterBatch;
    private final LongConsumer tick;
    private final Runnable onFatal;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * A loop that runs from {@link #start} on.
     *
     * @param afterBatch called with the time in nanoseconds after what had queued up
     * @param tick called with the time four times a second
     * @param onFatal called when something threw, which ends the loop
     */
    public LinkLoop(String name, LongConsumer afterBatch, LongConsumer tick, Runnable onFatal) {
        this.afterBatch = afterBatch;
        this.tick = tick;
        this.onFatal = onFatal;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Begins. To be called once. */
    public void start() {
        thread.start();
    }

    /** Runs this in the loop's thread, after what was given before. */
    public void execute(Runnable task) {
        inbox.add(task);
    }

    @Override
    public void close() {
        closed = true;
        inbox.add(() -> {});
        if (Thread.currentThread() != thread) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            long nextTick = System.nanoTime() + TICK_NANOS;
            List<Runnable> batch = new ArrayList<>();
            while (!closed) {
                Runnable first = inbox.poll(Math.max(0, nextTick - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (first != null) {
                    batch.add(first);
                    inbox.drainTo(batch);
                    batch.forEach(Runnable::run);
                    batch.clear();
                    afterBatch.accept(System.nanoTime());
                }
                long now = System.nanoTime();
                if (nextTick - now <= 0) {
                    nextTick = now + TICK_NANOS;
                    tick.accept(now);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            Thread.currentThread().getThreadGroup().uncaughtException(thread, e);
            onFatal.run();
        }
    }
}
