package io.sheaf.worker.link;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How a worker leaves its coordinator: with a goodbye, once all has arrived that it had to say. For one thread. */
final class Departure {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long ANSWER_SECONDS = 3;

    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private boolean begun;
    private boolean saidGoodbye;
    private boolean isRefused;
    private long until;

    /** Completes when there is nothing left to wait for. */
    CompletableFuture<Void> over() {
        return over;
    }

    void begin(long now) {
        begun = true;
        until = now + PATIENCE_NANOS;
    }

    boolean hasBegun() {
        return begun;
    }

    /** Whether nobody listens any more where the coordinator was. */
    void refused(boolean now) {
        isRefused = now;
    }

    /** The coordinator has heard the goodbye. */
    void answered() {
        over.complete(null);
    }

    /** @param undelivered what has not arrived yet, as far as anybody would hear it */
    void tick(long now, Supplier<List<FromWorker>> undelivered, Runnable goodbye) {
        if (!saidGoodbye && (until - now <= 0 || hasSaidAll(undelivered.get()))) {
            saidGoodbye = true;
            goodbye.run();
            var unused = over.completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS);
        }
        if (saidGoodbye && isRefused) {
            over.complete(null);
        }
    }

    /** That it leaves is not worth waiting for a coordinator that is gone. */
    private boolean hasSaidAll(List<FromWorker> undelivered) {
        return undelivered.isEmpty()
                || (isRefused && undelivered.stream().allMatch(FromWorker.Leaving.class::isInstance));
    }
}
