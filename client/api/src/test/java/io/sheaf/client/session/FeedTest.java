package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FeedTest {
    private final Feed feed = new Feed();
    private final Told told = new Told();

    @Test
    void aValueTakenBackBeforeItWasSentIsTakenBackAfterIt() throws IOException, InterruptedException {
        feed.add("a");
        feed.cancel(feed.add("b"));
        feed.end();
        feed.run(told);

        assertThat(told.words).containsExactly("items 0 to 2", "cancel 1", "end 2");
    }

    @Test
    void aValueCanBeTakenBackAfterTheEndOfTheInput() throws IOException, InterruptedException {
        long index = feed.add("a");
        feed.end();
        feed.run(told);
        feed.cancel(index);

        assertThat(told.words).containsExactly("items 0 to 1", "end 1", "cancel 0");
    }

    @Test
    void whatIsTakenBackDoesNotWaitUntilFurtherValuesAreLetThrough() throws IOException, InterruptedException {
        long index = feed.add("a");
        told.afterSend = () -> {
            told.afterSend = () -> {};
            add("b");
            feed.end();
            told.beforeSend = () -> feed.cancel(index);
        };
        feed.run(told);

        assertThat(told.words).containsExactly("items 0 to 1", "cancel 0", "items 1 to 2", "end 2");
    }

    private void add(String value) {
        try {
            assertThat(feed.add(value)).isPositive();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aStoppedFeedTellsNothing() throws IOException, InterruptedException {
        long index = feed.add("a");
        feed.stop();
        feed.cancel(index);
        feed.run(told);

        assertThat(told.words).isEmpty();
        assertThat(feed.add("b")).isNegative();
    }

    @Test
    void aValueThatComesAloneIsSentByWhoeverAddsIt() throws IOException, InterruptedException {
        Thread sender = running();
        feed.cancel(addAlone(sender, "b", 1));
        assertThat(told.words).containsExactly("items 0 to 1", "items 1 to 2 at once", "cancel 1");
        feed.end();
        sender.join();
        assertThat(told.words).last().isEqualTo("end 2");
    }

    @Test
    void whatCannotBeSentAtOnceIsSentLaterAndInOrder() throws IOException, InterruptedException {
        Thread sender = running();
        told.full = true;
        addAlone(sender, "b", 1);
        awaitWords(2);
        told.full = false;
        addAlone(sender, "c", 2);
        feed.end();
        sender.join();
        assertThat(told.words).containsExactly("items 0 to 1", "items 1 to 2", "items 2 to 3 at once", "end 3");
    }

    /** Adds values, in a thread that sends, of which the first has been sent. */
    private Thread running() throws IOException, InterruptedException {
        Thread sender = new Thread(() -> feed.run(told));
        sender.start();
        feed.add("a");
        awaitWords(1);
        return sender;
    }

    private void awaitWords(int count) {
        while (told.words.size() < count) {
            Thread.onSpinWait();
        }
    }

    /** Once the sender has nothing in hand, and some time after whatever was added before. */
    private long addAlone(Thread sender, String value, int index) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(100);
        while (sender.getState() != Thread.State.WAITING || System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        long given = feed.add(value);
        assertThat(given).isEqualTo(index);
        return given;
    }

    /** Writes down what is said of the job. */
    private static final class Told implements JobHandle {
        private final List<String> words = new CopyOnWriteArrayList<>();
        private volatile boolean full;
        private Runnable afterSend = () -> {};
        private Runnable beforeSend = () -> {};

        @Override
        public JobId id() {
            return new JobId(1);
        }

        @Override
        public void send(Segment items) {
            beforeSend.run();
            words.add("items " + items.from() + " to " + items.to());
        }

        @Override
        public boolean sendAtOnce(Segment items) {
            if (!full) {
                words.add("items " + items.from() + " to " + items.to() + " at once");
            }
            return !full;
        }

        @Override
        public void awaitSent() {
            afterSend.run();
        }

        @Override
        public void end(long total) {
            words.add("end " + total);
        }

        @Override
        public void cancelItem(long index) {
            words.add("cancel " + index);
        }

        @Override
        public void tell(long index, Bytes message) {
            words.add("tell " + index + " " + message);
        }

        @Override
        public void cancel() {
            words.add("cancel all");
        }
    }
}
