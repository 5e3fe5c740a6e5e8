package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is seen of a lane from outside while its item runs: a result that waits for too long, and that the item does. */
final class Watch {
    private final ItemQueue queue;
    private final Results results;
    private final Consumer<FromExecutor> send;
    private final long slowNanos;
    private ItemQueue.@Nullable Claim told;

    /** @param slowNanos what runs for so long is told of */
    Watch(ItemQueue queue, Results results, Consumer<FromExecutor> send, long slowNanos) {
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
            send.accept(new FromExecutor.StillRunning(running.job(), running.index, now - began));
        }
        return true;
    }
}
