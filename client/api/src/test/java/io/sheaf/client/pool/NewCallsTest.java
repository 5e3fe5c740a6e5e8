package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.JobOptions;
import io.sheaf.Outcome;
import io.sheaf.RemoteBinaryOperator;
import io.sheaf.RemoteFunction;
import io.sheaf.TaskFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code starmap}, {@code mapReduce} and {@code mapOutcomes}, on whatever runs them. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NewCallsTest {
    private static final RemoteBinaryOperator<String> JOINED = (left, right) -> left + "," + right;

    @ParameterizedTest
    @EnumSource
    void twoSequencesAreReadInStepUpToTheEndOfTheShorterOne(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Iterable<Integer> endless = () -> Stream.iterate(10, n -> n + 10).iterator();

            assertThat(opened.pool().<String, Integer, String>starmap((a, b) -> a + b, List.of("a", "b", "c"), endless))
                    .containsExactly("a10", "b20", "c30");
            assertThat(opened.pool()
                            .<Integer, String, String>starmap((a, b) -> a + b, endless, Arrays.asList("x", null)))
                    .containsExactly("10x", "20null");
            assertThat(opened.pool().<Integer, Integer, Integer>starmap((a, b) -> a + b, List.of(), endless))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void resultsAreCombinedInTheOrderOfTheItems(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(3)) {
            List<Integer> items = IntStream.range(0, 5_000).boxed().toList();
            String all = items.stream().map(String::valueOf).collect(Collectors.joining(","));

            assertThat(opened.pool().mapReduce(String::valueOf, JOINED, items)).contains(all);
            assertThat(opened.pool()
                            .mapReduce(
                                    String::valueOf,
                                    JOINED,
                                    () -> items.stream().iterator()))
                    .contains(all);
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway") // a function that returns null is the very case
    void whatIsCombinedOfNothingIsEmptyAndOfOneItemItself(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            assertThat(opened.pool().mapReduce(String::valueOf, JOINED, List.of()))
                    .isEmpty();
            assertThat(opened.pool().mapReduce(String::valueOf, JOINED, List.of(7)))
                    .contains("7");
            assertThatThrownBy(() -> opened.pool().mapReduce(item -> null, (a, b) -> a, List.of(7)))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessageContaining("Optional");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureWithinABatchNamesItsOwnItem(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            List<Integer> items = IntStream.range(0, 50_000).boxed().toList();
            RemoteFunction<Integer, Integer> function = item -> {
                if (item == 43_210) {
                    throw new IllegalStateException("bad one");
                }
                return item;
            };

            assertThatThrownBy(() -> opened.pool().mapReduce(function, Integer::sum, items))
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            e -> assertThat(e.itemIndex()).isEqualTo(43_210))
                    .hasMessageContaining("Item 43210 failed")
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("bad one");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeCombinedIsAFailureToo(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            RemoteBinaryOperator<Integer> failing = (left, right) -> left / Integer.parseInt("0");

            assertThatThrownBy(() -> opened.pool().mapReduce(item -> item, failing, List.of(1, 2, 3)))
                    .isInstanceOf(TaskFailedException.class)
                    .hasCauseInstanceOf(ArithmeticException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aShortListOfExpensiveItemsUsesAllSlots(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(4)) {
            String name = backEnd + " all four run";

            assertThat(opened.pool()
                            .mapReduce(
                                    item -> {
                                        Meeting.of(name, 4).await();
                                        return item;
                                    },
                                    Integer::sum,
                                    List.of(1, 2, 3, 4)))
                    .contains(10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereItemsAreRetriedEachIsABatchOfItsOwn(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            var each = opened.pool().with(JobOptions.defaults().withRetries(1));
            List<Integer> items = IntStream.range(0, 3_000).boxed().toList();

            assertThat(each.mapReduce(item -> item, Integer::sum, items)).contains(2_999 * 1_500);
            assertThatThrownBy(() -> each.mapReduce(item -> 1 / (item - 2_000), Integer::sum, items))
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            e -> assertThat(e.itemIndex()).isEqualTo(2_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIteratorThatThrowsWhileResultsAreCombinedIsHeard(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Iterable<Integer> broken = () -> new Iterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public Integer next() {
                    if (next == 100) {
                        throw new UnsupportedOperationException("own");
                    }
                    return next++;
                }
            };
            assertThatThrownBy(() -> opened.pool().mapReduce(item -> item, Integer::sum, broken))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("own");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatReadingTheItemsThrowsIsNoItemsFailure(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            TaskFailedException other =
                    new TaskFailedException("of another pool", new IOException(), 7, 1, "elsewhere");
            Iterable<Integer> broken = () -> Stream.of(1, 2, 3)
                    .peek(item -> {
                        if (item == 3) {
                            throw other;
                        }
                    })
                    .iterator();
            assertThatThrownBy(() -> opened.pool().mapReduce(item -> item, Integer::sum, broken))
                    .isSameAs(other);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyItemRunsAndHasAnOutcome(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            List<Outcome<Integer>> outcomes = opened.pool().mapOutcomes(item -> 12 / item, List.of(1, 0, 2, 0, 3));

            assertThat(outcomes).extracting(Outcome::index).containsExactly(0L, 1L, 2L, 3L, 4L);
            assertThat(outcomes).extracting(Outcome::succeeded).containsExactly(true, false, true, false, true);
            assertThat(outcomes).extracting(Outcome::value).containsExactly(12, null, 6, null, 4);
            assertThat(outcomes).allSatisfy(outcome -> {
                assertThat(outcome.attempts()).isEqualTo(1);
                assertThat(outcome.worker()).isNotEmpty();
            });
            assertThat(outcomes.get(0).runTime()).isPositive();
            assertThatThrownBy(outcomes.get(3)::get)
                    .isInstanceOfSatisfying(
                            TaskFailedException.class,
                            e -> assertThat(e.itemIndex()).isEqualTo(3))
                    .hasCauseInstanceOf(ArithmeticException.class);
            outcomes.add(outcomes.get(0));
            assertThat(opened.pool().mapOutcomes(item -> item, List.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void failuresDoNotKeepLaterItemsFromBeingRead(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Iterable<Integer> slow = () -> new ArrayList<>(List.of(0, 1, 2, 3))
                    .stream().peek(NewCallsTest::afterTheFirstFailed).iterator();
            Set<Integer> ran = RAN.computeIfAbsent(backEnd, unused -> ConcurrentHashMap.newKeySet());

            List<Outcome<Integer>> outcomes = opened.pool()
                    .mapOutcomes(
                            item -> {
                                RAN.get(backEnd).add(item);
                                return 6 / item;
                            },
                            slow);
            assertThat(outcomes).hasSize(4);
            assertThat(ran).containsExactly(0, 1, 2, 3);
        }
    }

    private static final ConcurrentHashMap<BackEnd, Set<Integer>> RAN = new ConcurrentHashMap<>();

    private static void afterTheFirstFailed(int item) {
        while (item == 3 && RAN.values().stream().noneMatch(ran -> ran.contains(0))) {
            Thread.onSpinWait();
        }
    }
}
