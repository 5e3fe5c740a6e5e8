package io.sheaf.client.pool;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.Pool;
import io.sheaf.RemoteFunction;
import io.sheaf.RemoteTaskException;
import io.sheaf.TaskFailedException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.job.JobState;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MapTest {
    private FakeNode node;
    private Pool pool;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(3);
        pool = Pools.of(node);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void resultsComeInTheOrderOfTheItems() {
        List<Integer> items = IntStream.range(0, 5_000).boxed().toList();

        assertThat(pool.with(JobOptions.defaults().withChunkSize(7)).map(item -> item * 2, items))
                .isEqualTo(items.stream().map(item -> item * 2).toList());
    }

    @Test
    void aMillionItemsComeBack() {
        Iterable<Long> items =
                () -> Stream.iterate(0L, n -> n + 1).limit(1_000_000).iterator();

        assertThat(pool.map(item -> item + 1, items))
                .hasSize(1_000_000)
                .startsWith(1L, 2L)
                .endsWith(1_000_000L);
    }

    @Test
    void anEmptyInputGivesAnEmptyListThatIsTheCallers() {
        List<Object> none = pool.map(item -> item, List.of());

        none.add("mine");
        assertThat(none).containsExactly("mine");
    }

    @Test
    void valuesOfAnyKindAndCapturedStateTravel() {
        Map<String, Integer> captured = Map.of("a", 1);

        assertThat(pool.map(item -> item == null ? captured : item, Arrays.asList("x", 7, null, List.of(2.5))))
                .containsExactly("x", 7, captured, List.of(2.5));
    }

    @Test
    void theFirstFailureIsThrownAndCancelsTheRest() throws Exception {
        RemoteFunction<Integer, Integer> function = item -> {
            if (item == 2) {
                throw new IllegalStateException("two is bad");
            }
            Gate.await("never opened");
            return item;
        };
        assertThatThrownBy(() -> single().map(function, List.of(0, 1, 2, 3, 4, 5)))
                .isInstanceOfSatisfying(TaskFailedException.class, e -> {
                    assertThat(e.itemIndex()).isEqualTo(2);
                    assertThat(e.attempts()).isEqualTo(1);
                    assertThat(e.worker()).isEqualTo("fake");
                })
                .hasMessageContaining("two is bad")
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("two is bad");
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aFailureEndsTheReadingOfItems() throws Exception {
        Iterable<Integer> endless = () -> Stream.iterate(0, n -> n + 1).iterator();

        assertThatThrownBy(() -> pool.map(item -> 10 / (3 - item), endless))
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(ArithmeticException.class);
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void theStacksOfBothSidesAreThere() {
        assertThatThrownBy(() -> pool.map(MapTest::throwing, List.of(1))).satisfies(e -> {
            assertThat(Stream.of(e.getStackTrace()).map(StackTraceElement::getMethodName))
                    .contains("theStacksOfBothSidesAreThere");
            assertThat(Stream.of(requireNonNull(e.getCause()).getStackTrace()).map(StackTraceElement::getMethodName))
                    .startsWith("throwing")
                    .doesNotContain("theStacksOfBothSidesAreThere");
        });
    }

    @Test
    void anExceptionThatCannotBeRebuiltArrivesAsItsDescription() {
        assertThatThrownBy(() -> pool.map(
                        item -> {
                            throw new Stubborn("no way", new IOException("the disk"));
                        },
                        List.of(1)))
                .cause()
                .isInstanceOfSatisfying(RemoteTaskException.class, e -> {
                    assertThat(e.remoteClassName()).isEqualTo(Stubborn.class.getName());
                    assertThat(e).hasMessageContaining("no way").hasRootCauseMessage("java.io.IOException: the disk");
                    assertThat(e.getSuppressed()).hasSize(1);
                    assertThat(e.getStackTrace()[0].getClassName()).startsWith(MapTest.class.getName());
                });
    }

    @Test
    void aResultThatCannotBeReadHereEndsTheJob() throws Exception {
        RemoteFunction<Integer, Object> function = item -> {
            if (item > 0) {
                Gate.await("never opened");
            }
            return new OneWay();
        };
        assertThatThrownBy(() -> single().map(function, List.of(0, 1)))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("cannot be read");
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void anIteratorThatThrowsIsHeardAndEndsTheJob() throws Exception {
        Iterable<Integer> items = () -> Stream.of(1, 2, 0).map(n -> 2 / n).iterator();

        assertThatThrownBy(() -> pool.map(item -> item, items)).isInstanceOf(ArithmeticException.class);
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void whatCannotBeSerializedFailsAtTheCallAndNamesTheClass() {
        Thread thread = Thread.currentThread();

        assertThatThrownBy(() -> pool.map(item -> thread.getName(), List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread is not serializable")
                .hasMessageContaining("transient");
        assertThatThrownBy(() -> pool.map(item -> item, List.of(1, thread)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Item 1")
                .hasMessageContaining("java.lang.Thread");
    }

    @Test
    void anInterruptCancelsTheJobAndKeepsTheFlag() throws Exception {
        RemoteFunction<Integer, Integer> function = item -> {
            Gate.open("interrupted map runs");
            Gate.await("never opened");
            return item;
        };
        var map = Pools.Elsewhere.run(() -> {
            assertThatThrownBy(() -> pool.map(function, List.of(1))).isInstanceOf(CancellationException.class);
            return Thread.interrupted();
        });
        Gate.await("interrupted map runs");
        map.thread().interrupt();

        assertThat(map.outcome().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void anInterruptWhileTheJobIsSubmittedLeavesNoJobBehind() throws Exception {
        node.holdJobs();
        var map = Pools.Elsewhere.run(() -> {
            Thread.currentThread().interrupt();
            return pool.map(item -> item, List.of(1));
        });
        assertThat(map.outcome())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .isInstanceOf(CancellationException.class);
        node.acceptHeldJobs();

        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aRefusedJobIsRejectedWithTheCoordinatorsWords() throws Exception {
        node.holdJobs();
        var map = Pools.Elsewhere.run(() -> pool.map(item -> item, List.of(1)));
        while (!map.outcome().isDone()) {
            node.refuseAll(Problem.REJECTED, "No worker has that much memory");
            Thread.onSpinWait();
        }
        assertThat(map.outcome())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(JobRejectedException.class)
                .withMessage("No worker has that much memory");
    }

    @Test
    void aJobThatCanRunNowhereIsRejectedWithTheReason() throws Exception {
        var map = Pools.Elsewhere.run(() -> pool.map(
                item -> {
                    Gate.await("never opened");
                    return item;
                },
                List.of(1)));
        node.nextJob();
        node.endJobs("No executor of it comes up: bad JVM option");

        assertThat(map.outcome())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(JobRejectedException.class)
                .withMessageContaining("bad JVM option");
    }

    @Test
    void aLostConnectionEndsWhatWaitsAndWhatComesLater() throws Exception {
        var map = Pools.Elsewhere.run(() -> pool.map(
                item -> {
                    Gate.open("lost map runs");
                    Gate.await("never opened");
                    return item;
                },
                List.of(1)));
        Gate.await("lost map runs");
        node.breakConnections();

        assertThat(map.outcome())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClusterUnreachableException.class)
                .withMessageContaining("the fake node");
        assertThatThrownBy(() -> pool.map(item -> item, List.of(1))).isInstanceOf(ClusterUnreachableException.class);
        pool.close();
    }

    @Test
    void jobsAreNamedAfterTheFunctionUnlessTheOptionsSay() throws Exception {
        pool.map(item -> item, List.of(1));
        assertThat(node.nextJob().name()).isEqualTo(MapTest.class.getName());
        pool.map(new Twice(), List.of(1));
        assertThat(node.nextJob().name()).isEqualTo(Twice.class.getName());
        pool.with(JobOptions.defaults().withName("mine").withChunkSize(3)).map(item -> item, List.of(1));
        assertThat(node.nextJob())
                .satisfies(job -> assertThat(job.name()).isEqualTo("mine"))
                .satisfies(job -> assertThat(job.policy().chunkSize()).isEqualTo(3));
    }

    @Test
    void anAsynchronousMapGivesTheSame() throws Exception {
        assertThat(pool.mapAsync(item -> item + 1, List.of(1, 2)).get(10, TimeUnit.SECONDS))
                .containsExactly(2, 3);
        assertThat(pool.mapAsync(MapTest::throwing, List.of(1)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TaskFailedException.class);
    }

    @Test
    void cancellingAnAsynchronousMapCancelsItsJob() throws Exception {
        CompletableFuture<List<Integer>> future = pool.mapAsync(
                item -> {
                    Gate.open("asynchronous map runs");
                    Gate.await("never opened");
                    return item;
                },
                List.of(1));
        Gate.await("asynchronous map runs");
        future.cancel(true);

        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void manyThreadsShareOnePool() {
        List<CompletableFuture<List<String>>> maps = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            String prefix = thread + ":";
            maps.add(Pools.Elsewhere.run(() -> pool.map(item -> prefix + item, List.of(1, 2, 3)))
                    .outcome());
        }
        for (int thread = 0; thread < 8; thread++) {
            assertThat(maps.get(thread))
                    .succeedsWithin(10, TimeUnit.SECONDS)
                    .isEqualTo(List.of(thread + ":1", thread + ":2", thread + ":3"));
        }
    }

    private Pool single() {
        return pool.with(JobOptions.defaults().withChunkSize(1));
    }

    private static int throwing(int item) {
        throw new IllegalStateException("item " + item);
    }

    private static final class Twice implements RemoteFunction<Integer, Integer> {
        private static final long serialVersionUID = 1;

        @Override
        public Integer apply(Integer item) {
            return 2 * item;
        }
    }

    /** Has a field that does not survive serialization. */
    private static final class Stubborn extends Exception {
        private static final long serialVersionUID = 1;

        @SuppressWarnings({"serial", "unused"})
        private final Iterator<String> state = List.of("x").iterator();

        Stubborn(String message, Throwable cause) {
            super(message, cause);
            addSuppressed(new IOException("also"));
        }
    }

    /** Can be written and never read. */
    private static final class OneWay implements Serializable {
        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException {
            throw new InvalidObjectException("one way only");
        }
    }
}
