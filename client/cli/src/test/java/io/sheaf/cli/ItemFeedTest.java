package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.client.session.JobHandle;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However much the input holds, only so much of it is under way as fits. */
@Timeout(60)
class ItemFeedTest {
    private final Semaphore sent = new Semaphore(0);
    private final Endless input = new Endless();
    private final ItemFeed feed = new ItemFeed(new ItemChoice.Streamed(input, '\n'), true);
    private final CompletableFuture<String> end = new CompletableFuture<>();

    @AfterEach
    void close() {
        input.ended = true;
        feed.left(1L << 40);
        for (int i = 0; i < 1 << 20; i++) {
            feed.forget(i);
        }
        assertThat(end).succeedsWithin(20, TimeUnit.SECONDS).isEqualTo("all sent");
    }

    @Test
    void beforeAnyResultIsKnownFewItemsAreUnderWay() throws Exception {
        start(2);
        assertSent(64);
    }

    @Test
    void aClusterOfManySlotsHasFourItemsForEach() throws Exception {
        start(1000);
        assertSent(4000);
    }

    @Test
    void whatIsWrittenMakesRoom() throws Exception {
        start(2);
        assertSent(64);
        feed.came(16, ItemFeed.RESULT_BYTES_AHEAD / 4);
        for (int i = 0; i < 16; i++) {
            feed.forget(i);
        }
        feed.left(ItemFeed.RESULT_BYTES_AHEAD / 4);
        assertSent(16);
    }

    @Test
    void smallResultsLetManyItemsBeUnderWayAndLargeOnesFew() throws Exception {
        feed.came(1000, 40_000);
        feed.left(40_000);
        start(2);
        assertSent((int) Math.min(1 << 18, ItemFeed.NAME_BYTES_AHEAD / 201));
    }

    @Test
    void longNamesLetFewItemsBeUnderWay() throws Exception {
        input.length = 1_000_000;
        feed.came(1000, 40_000);
        feed.left(40_000);
        start(2);
        assertSent((int) Math.max(16, ItemFeed.NAME_BYTES_AHEAD / 1_000_200));
    }

    @Test
    void resultsThatWaitForAnEarlierOneStopTheInput() throws Exception {
        feed.came(10, 2 * ItemFeed.RESULT_BYTES_AHEAD);
        start(2);
        assertSent(0);
        feed.left(2 * ItemFeed.RESULT_BYTES_AHEAD);
        assertSent(16);
    }

    private void start(int slots) {
        Thread thread = new Thread(() -> {
            try {
                feed.run(new Taking(), () -> slots);
                end.complete("all sent");
            } catch (InterruptedException e) {
                end.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** So many more are sent, and the input is not asked for more than one beyond. */
    private void assertSent(int items) throws InterruptedException {
        assertThat(sent.tryAcquire(items, 20, TimeUnit.SECONDS)).isTrue();
        assertThat(sent.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
    }

    private static final class Endless extends InputStream {
        private final AtomicLong read = new AtomicLong();
        private volatile boolean ended;
        private int length = 1;

        @Override
        public int read() throws IOException {
            return ended ? -1 : read.incrementAndGet() % (length + 1) == 0 ? '\n' : 'x';
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int first = read();
            if (first >= 0) {
                into[offset] = (byte) first;
            }
            return first < 0 ? -1 : 1;
        }
    }

    private final class Taking implements JobHandle {
        @Override
        public JobId id() {
            return new JobId(1);
        }

        @Override
        public void send(Segment items) {
            sent.release(items.count());
        }

        @Override
        public boolean sendAtOnce(Segment items) {
            return false;
        }

        @Override
        public void awaitSent() {}

        @Override
        public void end(long total) {}

        @Override
        public void cancelItem(long index) {}

        @Override
        public void tell(long index, Bytes message) {}

        @Override
        public void cancel() {}
    }
}
