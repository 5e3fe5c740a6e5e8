package io.sheaf.worker.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutflowTest {
    private final Outflow outflow = new Outflow(100);
    private final AtomicBoolean exited = new AtomicBoolean();
    private final CompletableFuture<Void> waited = new CompletableFuture<>();

    @Test
    void whoBringsMoreWaitsUntilThereIsRoom() {
        outflow.unreported(60);
        outflow.onTheWay(60);
        begin();
        outflow.unreported(50);
        assertThat(waited).isNotDone();
        outflow.onTheWay(50);
        assertThat(waited).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void whatTheDeadHaveSaidIsNotKeptWaiting() {
        outflow.onTheWay(101);
        begin();
        outflow.wake();
        assertThat(waited).isNotDone();
        exited.set(true);
        outflow.wake();
        assertThat(waited).succeedsWithin(10, TimeUnit.SECONDS);
    }

    private void begin() {
        Thread thread = new Thread(() -> {
            try {
                outflow.awaitRoom(exited::get);
                waited.complete(null);
            } catch (InterruptedException e) {
                waited.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
