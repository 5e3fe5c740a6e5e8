package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is seen of a lane from outside while its item runs: a result that waits for too long, and that the item does. */
public final class Watch {
    private static final long PROGRESS_NANOS = 250_000_000;

    private final ItemQueue queue;
    private final Results results;
    private final Consumer<FromExecutor> send;
    private final long slowNanos;
    private ItemQueue.@Nullable Claim told;
    private int toldPermille;
    private boolean toldWaiting;
    private long toldPermilleAt;

    /** @param slowNanos what runs for so long is told of */
    public Watch(ItemQueue queue, Results results, Consumer<FromExecutor> send, long slowNanos) {
        this.queue = queue;
        this.results = results;
        this.send = send;
        this.slowNanos = slowNanos;
    }

    boolean isRunning() {
        return queue.running() != null;
    }

    /** Returns whether anything runs. */
    boolean tick(long now) {
        ItemQueue.Claim running = queue.running();
        if (running == null) {
            return false;
        }
        long began = running.began();
        boolean tell = began != 0 && now - began >= slowNanos && running != told;
        results.flushOlderThan(tell ? 0 : Results.LONGEST_WAIT_NANOS, now);
        if (tell) {
            told = running;
            toldPermille = -1;
            toldWaiting = false;
            toldPermilleAt = now - PROGRESS_NANOS;
            send.accept(new FromExecutor.StillRunning(running.job(), running.index, now - began));
        }
        if (running == told) {
            tellProgress(running, now);
            tellWaiting(running);
        }
        return true;
    }

    private void tellWaiting(ItemQueue.Claim running) {
        boolean waits = running.isWaiting();
        if (waits != toldWaiting) {
            toldWaiting = waits;
            send.accept(
                    waits
                            ? new FromExecutor.Waiting(running.job(), running.index)
                            : new FromExecutor.GoesOn(running.job(), running.index));
        }
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
