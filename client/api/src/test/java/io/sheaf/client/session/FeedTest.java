package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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

    /** Writes down what is said of the job. */
    private static final class Told implements JobHandle {
        private final List<String> words = new ArrayList<>();
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
