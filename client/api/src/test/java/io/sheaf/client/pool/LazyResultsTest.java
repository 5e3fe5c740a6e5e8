package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.RemoteFunction;
import io.sheaf.ResultStream;
import io.sheaf.TaskFailedException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.job.JobState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LazyResultsTest {
    private FakeNode node;
    private Pool pool;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(2);
        pool = Pools.of(node).with(JobOptions.defaults().withChunkSize(1));
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void resultsComeInTheOrderOfTheItems() {
        List<Integer> items = IntStream.range(0, 3_000).boxed().toList();

        assertThat(drain(pool.imap(item -> item, items))).isEqualTo(items);
    }

    @Test
    void unorderedResultsComeAsTheyFinish() {
        ResultStream<Integer> results = pool.imapUnordered(
                item -> {
                    if (item == 0) {
                        Gate.await("one was read");
                    }
                    return item;
                },
                List.of(0, 1));

        assertThat(results.next()).isEqualTo(1);
        Gate.open("one was read");
        assertThat(results.next()).isZero();
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void everyUnorderedResultComesOnce() {
        List<Integer> items = IntStream.range(0, 3_000).boxed().toList();
        Pool chunked = pool.with(JobOptions.defaults().withChunkSize(5));

        assertThat(drain(chunked.imapUnordered(item -> item, items))).containsExactlyInAnyOrderElementsOf(items);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itemsAreReadAtMostAWindowAhead(boolean ordered) {
        AtomicInteger produced = new AtomicInteger();
        Iterable<Integer> endless =
                () -> Stream.generate(produced::getAndIncrement).iterator();
        Pool narrow = pool.with(JobOptions.defaults().withChunkSize(1).withWindow(8));
        RemoteFunction<Integer, Integer> same = item -> item;
        try (ResultStream<Integer> results =
                ordered ? narrow.imap(same, endless) : narrow.imapUnordered(same, endless)) {
            for (int read = 1; read <= 500; read++) {
                results.next();
                assertThat(produced.get()).isLessThanOrEqualTo(read + 8);
            }
        }
    }

    @Test
    void anEndlessInputEndsWithTheStreamThatReadsIt() throws Exception {
        Iterable<Integer> endless = () -> Stream.iterate(0, n -> n + 1).iterator();
        try (ResultStream<Integer> results = pool.imap(item -> item, endless)) {
            assertThat(results.stream().limit(2_000).reduce(0, Math::max)).isEqualTo(1_999);
        }

        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aFailedItemIsThrownInItsPlaceAndIterationGoesOn() {
        ResultStream<Integer> results = pool.imap(item -> 6 / item, List.of(1, 2, 0, 3));

        assertThat(results.next()).isEqualTo(6);
        assertThat(results.next()).isEqualTo(3);
        assertThatThrownBy(results::next)
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.itemIndex()).isEqualTo(2))
                .hasCauseInstanceOf(ArithmeticException.class);
        assertThat(results.next()).isEqualTo(2);
        assertThat(results.hasNext()).isFalse();
        assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void anUnorderedFailureDoesNotTouchTheResultsBeforeIt() {
        ResultStream<Integer> results = pool.imapUnordered(
                item -> {
                    if (item == 0) {
                        Gate.await("the failure was read");
                    }
                    return 10 / (item - 1);
                },
                List.of(0, 1));

        assertThatThrownBy(results::next).isInstanceOf(TaskFailedException.class);
        Gate.open("the failure was read");
        assertThat(results.next()).isEqualTo(-10);
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void anIteratorThatThrowsIsHeardAfterTheResultsBefore() {
        ResultStream<Integer> results =
                pool.imap(item -> item, () -> Stream.of(1, 2, 0).map(n -> 2 / n).iterator());

        assertThat(results.next()).isEqualTo(2);
        assertThat(results.next()).isEqualTo(1);
        assertThatThrownBy(results::next).isInstanceOf(ArithmeticException.class);
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void anItemThatCannotBeSerializedIsHeardFromNext() {
        ResultStream<Object> results = pool.imap(item -> item, List.of(1, Thread.currentThread()));

        assertThat(results.next()).isEqualTo(1);
        assertThatThrownBy(results::next)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void aFunctionThatCannotBeSerializedFailsAtTheCall() {
        Thread thread = Thread.currentThread();

        assertThatThrownBy(() -> pool.imap(item -> thread.getName(), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void closingFromElsewhereWakesTheReader() throws Exception {
        ResultStream<Integer> results = pool.imap(LazyResultsTest::stuck, List.of(1));
        var reader = Pools.Elsewhere.run(results::next);
        Gate.await("stuck");
        results.close();

        assertThat(reader.outcome()).failsWithin(10, TimeUnit.SECONDS);
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void anInterruptCancelsTheJobAndKeepsTheFlag() throws Exception {
        ResultStream<Integer> results = pool.imap(LazyResultsTest::stuck, List.of(1));
        var reader = Pools.Elsewhere.run(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(results::hasNext).isInstanceOf(CancellationException.class);
            return Thread.interrupted();
        });

        assertThat(reader.outcome().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aLostConnectionIsHeardAfterTheResultsThatCame() throws Exception {
        ResultStream<Integer> results = pool.imap(item -> item == 0 ? item : stuck(item), List.of(0, 1));
        assertThat(results.next()).isZero();
        node.breakConnections();

        assertThatThrownBy(results::next).isInstanceOf(ClusterUnreachableException.class);
        pool.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPoolCanBeClosedOverAStreamThatNobodyReadsToItsEnd(boolean ordered) {
        Iterable<Integer> endless = () -> Stream.iterate(0, n -> n + 1).iterator();
        RemoteFunction<Integer, Integer> same = item -> item;
        ResultStream<Integer> results = ordered ? pool.imap(same, endless) : pool.imapUnordered(same, endless);
        results.next();
        pool.close();

        assertThatThrownBy(() -> drain(results))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining("pool was closed");
    }

    @Test
    void aPoolThatIsClosedLeavesWhatWasReadOfAShortInput() {
        ResultStream<Integer> results = pool.imap(item -> item, List.of(1, 2, 3));
        assertThat(results.next()).isEqualTo(1);
        pool.close();

        assertThat(drain(results)).containsExactly(2, 3);
    }

    @Test
    void aPoolCanBeClosedWhileTheInputKeepsItsReaderWaiting() {
        Iterable<Integer> blocking = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Integer next() {
                try {
                    Gate.open("input is being read");
                    Gate.await("never opened");
                    return 1;
                } catch (InterruptedException e) {
                    throw new NoSuchElementException(e.toString());
                }
            }
        };
        ResultStream<Integer> results = pool.imap(item -> item, blocking);
        assertThat(Pools.Elsewhere.run(() -> {
                            Gate.await("input is being read");
                            pool.close();
                            return results.hasNext();
                        })
                        .outcome())
                .succeedsWithin(10, TimeUnit.SECONDS);
    }

    private static int stuck(int item) throws InterruptedException {
        Gate.open("stuck");
        Gate.await("never opened");
        return item;
    }

    private static <T> List<T> drain(Iterator<T> results) {
        List<T> all = new ArrayList<>();
        results.forEachRemaining(all::add);
        return all;
    }
}
