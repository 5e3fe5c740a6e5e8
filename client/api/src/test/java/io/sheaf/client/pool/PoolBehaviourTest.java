package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import io.sheaf.RemoteRunnable;
import io.sheaf.ResultStream;
import io.sheaf.TaskFailedException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs rely on, whatever runs their tasks. */
@Timeout(value = 40, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolBehaviourTest {
    private static final RemoteCallable<Integer> STUCK = () -> {
        Gate.await("never opened");
        return 0;
    };

    @ParameterizedTest
    @EnumSource
    void resultsOfOnePassAreTheItemsOfTheNext(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Pool pool = opened.pool();
            Iterable<Integer> endless = () -> Stream.iterate(0, n -> n + 1).iterator();
            try (ResultStream<Integer> doubled = pool.imap(n -> 2 * n, endless);
                    ResultStream<Integer> added = pool.imap(n -> n + 1, () -> doubled)) {
                for (int i = 0; i < 1_000; i++) {
                    assertThat(added.next()).isEqualTo(2 * i + 1);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void itemsAreReadAtMostAWindowAhead(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            AtomicInteger produced = new AtomicInteger();
            Iterable<Integer> endless =
                    () -> Stream.generate(produced::getAndIncrement).iterator();
            Pool narrow = opened.pool().with(JobOptions.defaults().withWindow(5));
            try (ResultStream<Integer> results = narrow.imap(item -> item, endless)) {
                for (int read = 1; read <= 300; read++) {
                    results.next();
                    assertThat(produced.get()).isLessThanOrEqualTo(read + 5);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatIsClosedEarlyEndsAtOnceThoughItsTasksDoNot(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            String gate = backEnd + " runs";
            ResultStream<Integer> results = opened.pool()
                    .imap(
                            item -> {
                                Gate.open(gate);
                                return STUCK.call();
                            },
                            List.of(1, 2, 3));
            Gate.await(gate);
            results.close();

            assertThat(results.hasNext()).isFalse();
            assertThatThrownBy(results::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anIteratorThatThrowsEndsMapWithItsOwnException(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Pool pool = opened.pool();
            Iterable<Integer> broken = () -> Stream.of(2, 1, 0).map(n -> 2 / n).iterator();

            assertThatThrownBy(() -> pool.map(n -> n, broken)).isInstanceOf(ArithmeticException.class);
            assertThatThrownBy(() -> pool.mapAsync(n -> n, broken)).isInstanceOf(ArithmeticException.class);
            assertThatThrownBy(() -> pool.mapOutcomes(n -> n, broken)).isInstanceOf(ArithmeticException.class);
            assertThat(pool.map(n -> n, List.of(1))).containsExactly(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailureIsThrownWhileOthersStillRun(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            assertThatThrownBy(() -> opened.pool()
                            .with(JobOptions.defaults().withChunkSize(1))
                            .map(item -> item == 0 ? STUCK.call() : 1 / (item - 1), List.of(0, 1)))
                    .isInstanceOf(TaskFailedException.class)
                    .hasCauseInstanceOf(ArithmeticException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shuttingDownNowLeavesNoFutureThatNobodyCompletes(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(2)) {
            Pool pool = opened.pool().with(JobOptions.defaults().withChunkSize(1));
            List<CompletableFuture<Integer>> calls = new ArrayList<>();
            for (int call = 0; call < 50; call++) {
                int number = call;
                calls.add(pool.submit(() -> number < 5 ? number : STUCK.call()));
            }
            calls.get(4).get(10, TimeUnit.SECONDS);
            pool.shutdownNow();

            assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(calls).allMatch(CompletableFuture::isDone);
            assertThat(calls).filteredOn(CompletableFuture::isCancelled).hasSizeGreaterThan(40);
            assertThat(calls.get(0).get(1, TimeUnit.SECONDS)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsSubmittedDuringAShutdownIsRefusedOrEnds(BackEnd backEnd) throws Exception {
        for (int round = 0; round < 5; round++) {
            try (BackEnd.Opened opened = backEnd.open(2)) {
                Pool pool = opened.pool();
                List<CompletableFuture<List<CompletableFuture<Integer>>>> users = new ArrayList<>();
                for (int user = 0; user < 3; user++) {
                    users.add(
                            Pools.Elsewhere.run(() -> submitUntilRefused(pool)).outcome());
                }
                pool.submit(() -> 1).get(10, TimeUnit.SECONDS);
                pool.shutdown();

                assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
                for (CompletableFuture<List<CompletableFuture<Integer>>> user : users) {
                    for (CompletableFuture<Integer> call : user.get(10, TimeUnit.SECONDS)) {
                        assertThat(call.get(1, TimeUnit.SECONDS)).isEqualTo(1);
                    }
                }
            }
        }
    }

    private static List<CompletableFuture<Integer>> submitUntilRefused(Pool pool) {
        List<CompletableFuture<Integer>> accepted = new ArrayList<>();
        while (true) {
            try {
                accepted.add(pool.submit(() -> 1));
            } catch (RejectedExecutionException e) {
                return accepted;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGetThatTimesOutLeavesTheCallAlone(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            String gate = backEnd + " may end";
            CompletableFuture<String> call = opened.pool().submit(() -> {
                Gate.await(gate);
                return "second";
            });
            assertThatThrownBy(() -> call.get(0, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> call.get(-1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> call.get(10, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            Gate.open(gate);

            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallbackThatThrowsHarmsNeitherTheResultNorOtherCallbacks(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            CompletableFuture<List<Integer>> all = opened.pool().mapAsync(n -> n, List.of(1, 2));
            CompletableFuture<Void> throwing = all.thenAccept(list -> {
                throw new IllegalStateException("callback");
            });
            CompletableFuture<Integer> counting = all.thenApply(List::size);

            assertThat(counting.get(10, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(throwing).failsWithin(10, TimeUnit.SECONDS);
            assertThat(all).isCompletedWithValue(List.of(1, 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyThreadsMayUseOnePool(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(3)) {
            Pool pool = opened.pool();
            List<Integer> items = IntStream.range(0, 200).boxed().toList();
            List<CompletableFuture<Boolean>> users = new ArrayList<>();
            for (int user = 0; user < 6; user++) {
                users.add(Pools.Elsewhere.run(() -> {
                            boolean right = pool.map(n -> n, items).equals(items);
                            right &= pool.mapReduce(n -> n, Integer::sum, items).orElseThrow() == 19_900;
                            right &= pool.mapOutcomes(n -> n, items).size() == 200;
                            try (ResultStream<Integer> results = pool.imap(n -> n, items)) {
                                right &= results.stream().toList().equals(items);
                            }
                            return right;
                        })
                        .outcome());
            }
            for (CompletableFuture<Boolean> user : users) {
                assertThat(user.get(20, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWasDeliveredIsNotKept(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            List<WeakReference<Object>> delivered = new ArrayList<>();
            deliver(opened.pool(), delivered);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            Iterator<WeakReference<Object>> each = delivered.iterator();
            while (each.hasNext()) {
                WeakReference<Object> next = each.next();
                while (next.get() != null) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    System.gc();
                }
            }
        }
    }

    private static void deliver(Pool pool, List<WeakReference<Object>> delivered) {
        int[] item = {1};
        delivered.add(new WeakReference<>(item));
        delivered.add(new WeakReference<>(
                pool.map(numbers -> numbers.clone(), List.of(item)).get(0)));
        delivered.add(new WeakReference<>(pool.submit(() -> item.clone()).join()));
    }

    @ParameterizedTest
    @EnumSource
    void cancellingTwiceOrTooLateDoesNothing(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            CompletableFuture<Integer> done = opened.pool().submit(() -> 1);
            assertThat(done.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(done.cancel(true)).isFalse();
            assertThat(done).isCompletedWithValue(1);
            CompletableFuture<List<Integer>> stuck = opened.pool().mapAsync(n -> STUCK.call(), List.of(1));
            assertThat(stuck.cancel(true)).isTrue();
            assertThat(stuck.cancel(true)).isTrue();
            assertThatThrownBy(() -> stuck.get(1, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPoolThatWasClosedRefusesEverything(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            Pool pool = opened.pool();
            pool.close();
            RemoteRunnable action = () -> {};

            assertThatThrownBy(() -> pool.starmap((a, b) -> a, List.of(1), List.of(2)))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> pool.mapReduce(n -> n, (a, b) -> a, List.of(1)))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> pool.mapOutcomes(n -> n, List.of(1)))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> pool.execute(action)).isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> pool.invokeAll(List.of(STUCK))).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPoolThatWasDroppedWithoutBeingClosedIsTold(BackEnd backEnd) throws Exception {
        BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
        try (BackEnd.Opened opened = backEnd.open(1)) {
            assertThat(new ClientPool(opened.core(), warnings::add)
                            .with(JobOptions.defaults().withName("other"))
                            .submit(() -> 1)
                            .join())
                    .isEqualTo(1);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            String warning = warnings.poll();
            while (warning == null && System.nanoTime() < deadline) {
                System.gc();
                warning = warnings.poll(20, TimeUnit.MILLISECONDS);
            }
            assertThat(warning).contains("never closed").contains("try (Pool pool");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPoolThatIsHeldByAViewOrWasClosedIsNotComplainedOf(BackEnd backEnd) throws Exception {
        BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
        try (BackEnd.Opened opened = backEnd.open(1)) {
            Pool view = new ClientPool(opened.core(), warnings::add).with(JobOptions.defaults());
            collect();
            assertThat(view.submit(() -> 1).join()).isEqualTo(1);
            view.close();
        }
        collect();

        assertThat(warnings).isEmpty();
    }

    /** Until something is gone that was dropped after everything else. */
    private static void collect() {
        WeakReference<Object> sentinel = new WeakReference<>(new Object());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (sentinel.get() != null) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            System.gc();
        }
    }

    @ParameterizedTest
    @EnumSource
    void cancellingWhatHangsOnACallLeavesTheCallAlone(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            String gate = "derived " + backEnd;
            CompletableFuture<Integer> call = opened.pool().submit(() -> {
                Gate.await(gate);
                return 4;
            });
            CompletableFuture<Integer> derived = call.thenApply(n -> n + 1);
            assertThat(derived.cancel(true)).isTrue();
            assertThat(call.copy().orTimeout(10, TimeUnit.MILLISECONDS))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(TimeoutException.class);
            assertThat(call).isNotDone();
            Gate.open(gate);

            assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenTheLastOfManyIsCancelledByOthersThatIsAFailure(BackEnd backEnd) throws Exception {
        try (BackEnd.Opened opened = backEnd.open(1)) {
            Pool pool = opened.pool();
            String running = "any runs on " + backEnd;
            RemoteCallable<Integer> stuck = () -> {
                Gate.open(running);
                return STUCK.call();
            };
            var any = Pools.Elsewhere.run(() -> pool.invokeAny(List.of(stuck)));
            Gate.await(running);
            pool.shutdownNow();

            assertThat(any.outcome())
                    .failsWithin(20, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ExecutionException.class)
                    .withCauseInstanceOf(CancellationException.class);
        }
    }
}
