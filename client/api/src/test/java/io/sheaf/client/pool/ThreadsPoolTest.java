package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.Cluster;
import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.JobSummary;
import io.sheaf.Outcome;
import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.ResultStream;
import io.sheaf.TaskContext;
import io.sheaf.TaskFailedException;
import io.sheaf.TaskTimeoutException;
import io.sheaf.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadsPoolTest {
    private static final JobOptions DEFAULTS = JobOptions.defaults();

    private final Pool pool = BackEnd.threads(2);
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    @AfterEach
    void stop() {
        pool.shutdownNow();
    }

    private int stuck() throws InterruptedException {
        started.countDown();
        never.await();
        return 0;
    }

    @Test
    void nothingIsSerialized() {
        Thread item = Thread.currentThread();

        assertThat(pool.map(thread -> thread, List.of(item))).containsExactly(item);
        assertThat(pool.submit(() -> item).join()).isSameAs(item);
    }

    @Test
    void asManyRunAtOnceAsThereAreThreadsAndNoMore() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier both = new CyclicBarrier(2);
        List<Integer> results = pool.map(
                item -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    both.await(10, TimeUnit.SECONDS);
                    now.decrementAndGet();
                    return item;
                },
                range(200));

        assertThat(results).isEqualTo(range(200));
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void oneThreadServesSequentialCalls() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        for (int call = 0; call < 50; call++) {
            pool.submit((RemoteRunnable) () -> threads.add(Thread.currentThread()))
                    .join();
        }

        assertThat(threads).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anItemIsRetriedUntilItsRetriesAreSpent() {
        AtomicInteger starts = new AtomicInteger();
        Pool retrying = pool.with(DEFAULTS.withRetries(2).withRetryBackoff(Duration.ofMillis(1)));
        RemoteFunction<Integer, Integer> third = item -> {
            if (TaskContext.current().attempt() < 3) {
                starts.incrementAndGet();
                throw new IllegalStateException("not yet");
            }
            return item;
        };

        assertThat(retrying.mapOutcomes(third, List.of(5)))
                .singleElement()
                .extracting(Outcome::value, Outcome::attempts)
                .containsExactly(5, 3);
        assertThat(starts.get()).isEqualTo(2);
        assertThatThrownBy(() -> pool.with(DEFAULTS.withRetries(1)).map(third, List.of(5)))
                .isInstanceOfSatisfying(
                        TaskFailedException.class, e -> assertThat(e.attempts()).isEqualTo(2));
    }

    @Test
    void othersRunWhileAnItemWaitsForItsRetry() {
        Pool retrying = BackEnd.threads(1).with(DEFAULTS.withRetries(1).withRetryBackoff(Duration.ofMillis(200)));
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        retrying.map(
                item -> {
                    order.add(item);
                    if (item == 0 && TaskContext.current().attempt() == 1) {
                        throw new IllegalStateException("once");
                    }
                    return item;
                },
                List.of(0, 1, 2));

        assertThat(order).containsExactly(0, 1, 2, 0);
    }

    @Test
    void anItemThatRunsTooLongIsInterruptedAndFails() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        List<Outcome<Integer>> outcomes = pool.with(DEFAULTS.withTimeout(Duration.ofMillis(50)))
                .mapOutcomes(
                        item -> {
                            try {
                                return item == 1 ? stuck() : item;
                            } catch (InterruptedException e) {
                                interrupted.countDown();
                                throw e;
                            }
                        },
                        List.of(0, 1, 2));

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcomes).extracting(Outcome::succeeded).containsExactly(true, false, true);
        assertThat(outcomes.get(1).failure())
                .hasCauseInstanceOf(TaskTimeoutException.class)
                .hasMessageContaining("longer than 0.05 s");
    }

    @Test
    void aTaskThatIgnoresItsInterruptIsLeftBehindAndAnotherThreadTakesItsPlace() throws Exception {
        Pool one = BackEnd.threads(1);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<?> stubborn = one.with(DEFAULTS.withTimeout(Duration.ofMillis(20)))
                .submit((RemoteRunnable) () -> {
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                });

        assertThat(one.submit(() -> "next").get(10, TimeUnit.SECONDS)).isEqualTo("next");
        assertThat(stubborn)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .withCauseInstanceOf(TaskTimeoutException.class);
        over.set(true);
        one.close();
        assertThat(one.isTerminated()).isTrue();
    }

    @Test
    void anInterruptDoesNotReachTheNextItem() throws Exception {
        Pool one = BackEnd.threads(1);
        CompletableFuture<Integer> cancelled = one.submit(this::stuck);
        started.await();
        CompletableFuture<Boolean> next =
                one.submit(() -> Thread.currentThread().isInterrupted());
        cancelled.cancel(true);

        assertThat(next.get(10, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void whatIsCancelledBeforeItStartsNeverRuns() throws Exception {
        Pool one = BackEnd.threads(1);
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<Integer> first = one.submit(this::stuck);
        CompletableFuture<?> second = one.submit((RemoteRunnable) () -> ran.set(true));
        started.await();
        second.cancel(true);
        first.cancel(true);

        assertThat(one.submit(() -> "third").get(10, TimeUnit.SECONDS)).isEqualTo("third");
        assertThat(ran).isFalse();
    }

    @Test
    void shuttingDownNowGivesBackWhatHasNotStarted() throws Exception {
        Pool one = BackEnd.threads(1);
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<Integer> running = one.submit(this::stuck);
        started.await();
        RemoteRunnable waiting = () -> ran.set(true);
        one.execute(waiting);
        RemoteCallable<Integer> call = () -> 1;
        CompletableFuture<Integer> future = one.submit(call);

        List<Runnable> unstarted = one.shutdownNow();
        assertThat(unstarted).hasSize(2).first().isSameAs(waiting);
        assertThat(one.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(running).isCancelled();
        assertThat(future).isCancelled();
        assertThat(ran).isFalse();
        assertThatThrownBy(() -> one.submit(call)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void theInitializerRunsOnceForEachJobBeforeItsFirstItem() {
        AtomicInteger prepared = new AtomicInteger();
        Pool initialized = pool.with(DEFAULTS.withInitializer(prepared::incrementAndGet));

        assertThat(initialized.map(item -> prepared.get(), range(100))).containsOnly(1);
        assertThat(initialized.map(item -> prepared.get(), range(100))).containsOnly(2);
    }

    @Test
    void aCallThatIsCancelledDuringTheInitializerDoesNotHoldUpTheNext() throws Exception {
        AtomicInteger prepared = new AtomicInteger();
        Pool initialized = pool.with(DEFAULTS.withInitializer(() -> {
            if (prepared.getAndIncrement() == 0) {
                stuck();
            }
        }));
        CompletableFuture<Integer> first = initialized.submit(() -> 1);
        started.await();
        CompletableFuture<Integer> second = initialized.submit(prepared::get);
        first.cancel(true);

        assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @Test
    void anInitializerIsNoItem() {
        CompletableFuture<Long> seen = new CompletableFuture<>();
        Pool initialized = pool.with(DEFAULTS.withInitializer(
                () -> seen.complete(TaskContext.current().itemIndex())));

        assertThat(initialized.map(item -> TaskContext.current().itemIndex(), List.of("a")))
                .containsExactly(0L);
        assertThat(seen).isCompletedWithValue(-1L);
    }

    @Test
    void aMapThatNobodyWaitsForReadsAllItsItemsAtOnce() throws Exception {
        var results = pool.mapAsync(
                item -> {
                    started.countDown();
                    never.await();
                    return item;
                },
                range(10_000));
        started.await();
        never.countDown();

        assertThat(results.get(20, TimeUnit.SECONDS)).isEqualTo(range(10_000));
    }

    @Test
    void nothingRunsWhereTheInitializerFails() {
        AtomicBoolean ran = new AtomicBoolean();
        Pool initialized = pool.with(DEFAULTS.withInitializer(() -> {
            throw new IllegalStateException("no database");
        }));

        assertThatThrownBy(() -> initialized.map(item -> ran.getAndSet(true), range(10)))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("no database");
        assertThat(ran).isFalse();
    }

    @Test
    void jobsOfAHigherPriorityGoFirst() throws Exception {
        Pool one = BackEnd.threads(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Integer> gate = one.submit(this::stuck);
        started.await();
        var low = one.mapAsync(item -> order.add("low"), range(2));
        var high = one.with(DEFAULTS.withPriority(1)).mapAsync(item -> order.add("high"), range(2));
        gate.cancel(true);
        low.get(10, TimeUnit.SECONDS);
        high.get(10, TimeUnit.SECONDS);

        assertThat(order).containsExactly("high", "high", "low", "low");
    }

    @Test
    void aLongJobDoesNotHoldUpAShortOne() throws Exception {
        Iterable<Integer> endless = () -> Stream.iterate(0, n -> n + 1).iterator();
        try (ResultStream<Integer> results = pool.imap(item -> item, endless)) {
            results.next();
            assertThat(pool.submit(() -> "short").get(10, TimeUnit.SECONDS)).isEqualTo("short");
        }
    }

    @Test
    void aTaskKnowsWhatItIs() {
        List<String> seen = pool.map(
                item -> {
                    TaskContext task = TaskContext.current();
                    task.progress(0.5);
                    return task.itemIndex() + " " + task.attempt() + " " + task.worker() + " " + task.isCancelled();
                },
                List.of("a", "b"));

        assertThat(seen).containsExactly("0 1 this JVM false", "1 1 this JVM false");
        assertThat(TaskContext.find()).isEmpty();
    }

    @Test
    void workThatWaitsRunsInManyMoreThreads() {
        CyclicBarrier all = new CyclicBarrier(300);
        Pool waiting = pool.with(DEFAULTS.withWorkload(Workload.IO));

        assertThat(waiting.map(
                        item -> {
                            all.await(20, TimeUnit.SECONDS);
                            return item;
                        },
                        range(300)))
                .isEqualTo(range(300));
    }

    @Test
    void aStreamOfWorkThatWaitsReadsFarEnoughAheadForIt() {
        CyclicBarrier all = new CyclicBarrier(300);
        Pool waiting = pool.with(DEFAULTS.withWorkload(Workload.IO));
        try (ResultStream<Integer> results =
                waiting.imapUnordered(item -> all.await(20, TimeUnit.SECONDS), range(300))) {
            assertThat(results.stream().count()).isEqualTo(300);
        }
    }

    @Test
    void aFunctionThatReturnsAStageHoldsNoThreadMeanwhile() throws Exception {
        List<CompletableFuture<Integer>> stages = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(100);
        var results = pool.mapAsync(
                RemoteFunction.<Integer, Integer>async(item -> {
                    CompletableFuture<Integer> stage = new CompletableFuture<>();
                    stages.add(stage);
                    all.countDown();
                    return stage.thenApply(n -> n + item);
                }),
                range(100));
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(results).isNotDone();
        stages.forEach(stage -> stage.complete(1));

        assertThat(results.get(10, TimeUnit.SECONDS))
                .isEqualTo(IntStream.range(1, 101).boxed().toList());
    }

    @Test
    void aStageThatFailsFailsItsItemWithItsOwnException() {
        assertThatThrownBy(() -> pool.map(
                        RemoteFunction.<Integer, Integer>async(item -> CompletableFuture.supplyAsync(() -> 1 / item)),
                        List.of(1, 0)))
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        e -> assertThat(e.itemIndex()).isEqualTo(1))
                .hasCauseInstanceOf(ArithmeticException.class);
    }

    @Test
    void aStageThatTakesTooLongIsCancelled() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();

        assertThatThrownBy(() -> pool.with(DEFAULTS.withTimeout(Duration.ofMillis(30)))
                        .map(RemoteFunction.<Integer, Integer>async(item -> stage), List.of(1)))
                .hasCauseInstanceOf(TaskTimeoutException.class);
        assertThat(stage).isCancelled();
    }

    @Test
    void tasksMayUseThePoolThatRunsThem() {
        Pool one = BackEnd.threads(1);

        assertThat(one.map(n -> one.map(m -> m * 10, range(n)).size(), List.of(1, 2, 3)))
                .containsExactly(1, 2, 3);
        assertThat(one.submit(() -> 1
                                + one.submit(() -> 1 + one.submit(() -> 1).join())
                                        .get())
                        .join())
                .isEqualTo(3);
        assertThat(one.map(n -> one.map(m -> m, range(5_000)).size(), List.of(1, 2)))
                .containsExactly(5_000, 5_000);
        RemoteCallable<Integer> child = () -> 4;
        assertThat(one.submit(() -> one.invokeAll(List.of(child, child)).size()).join())
                .isEqualTo(2);
        assertThat(one.submit(() -> one.invokeAny(List.of(child, child))).join())
                .isEqualTo(4);
        assertThat(one.submit(() -> one.submit(child)
                                .thenApply(n -> n + 1)
                                .thenCombine(one.submit(child), Integer::sum)
                                .join())
                        .join())
                .isEqualTo(9);
        assertThat(one.submit(() -> one.mapAsync(n -> n, List.of(1, 2)).get()).join())
                .containsExactly(1, 2);
        one.close();
    }

    @Test
    void whatATaskThrowsArrivesAsItIs() {
        RuntimeException own = new RuntimeException("own") {
            @Override
            public String getMessage() {
                throw new IllegalStateException("even this");
            }
        };

        assertThatThrownBy(() -> pool.map(
                        item -> {
                            throw own;
                        },
                        List.of(1)))
                .isInstanceOf(TaskFailedException.class)
                .satisfies(e -> assertThat(e.getCause()).isSameAs(own));
        assertThatThrownBy(() -> pool.map(ThreadsPoolTest::overflow, List.of(1)))
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        assertThat(pool.map(item -> item, List.of(1))).containsExactly(1);
    }

    private static int overflow(int item) {
        return item < 0 ? 0 : overflow(item + 1) + 1;
    }

    @Test
    void anInterruptedCallerCancelsItsJob() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        var caller = Pools.Elsewhere.run(() -> {
            assertThatThrownBy(() -> pool.map(
                            item -> {
                                try {
                                    return stuck();
                                } catch (InterruptedException e) {
                                    interrupted.countDown();
                                    throw e;
                                }
                            },
                            range(1)))
                    .isInstanceOf(CancellationException.class);
            return Thread.interrupted();
        });
        started.await();
        caller.thread().interrupt();

        assertThat(caller.outcome().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsExecutedAndFailsIsToldAsAnUncaughtException() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> told.complete(e));
        try {
            pool.execute(() -> {
                throw new IllegalStateException("nobody asks");
            });
            assertThat(told.get(10, TimeUnit.SECONDS)).hasRootCauseMessage("nobody asks");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @RepeatedTest(20)
    void manyThreadsSubmitAndCancelAtOnceAndAllEnds() throws Exception {
        Pool busy = BackEnd.threads(3);
        List<CompletableFuture<Integer>> users = new ArrayList<>();
        for (int user = 0; user < 4; user++) {
            users.add(Pools.Elsewhere.run(() -> {
                        int right = 0;
                        for (int round = 0; round < 100; round++) {
                            int number = round;
                            CompletableFuture<Integer> kept = busy.submit(() -> number);
                            busy.submit(() -> number).cancel(true);
                            var gone = busy.mapAsync(item -> item, range(5));
                            gone.cancel(true);
                            right += kept.get(10, TimeUnit.SECONDS) == number ? 1 : 0;
                        }
                        return right;
                    })
                    .outcome());
        }
        for (CompletableFuture<Integer> user : users) {
            assertThat(user.get(20, TimeUnit.SECONDS)).isEqualTo(100);
        }
        busy.close();
        assertThat(busy.isTerminated()).isTrue();
    }

    @Test
    void aPoolNeedsAThread() {
        assertThatThrownBy(() -> Pool.threads(0)).isInstanceOf(IllegalArgumentException.class);
        try (Pool one = Pool.threads(1)) {
            assertThat(one.map(item -> item + 1, List.of(1))).containsExactly(2);
        }
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void aTaskThatWaitsInItsOwnWayGivesItsThreadToWhatItWaitsFor() {
        Pool one = BackEnd.threads(1);
        List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
        one.submit((RemoteRunnable) () -> {
                    CompletableFuture<?>[] children = IntStream.range(0, 3)
                            .mapToObj(n -> one.submit((RemoteRunnable) () -> seen.add(n)))
                            .toArray(CompletableFuture[]::new);
                    CompletableFuture.allOf(children).join();
                })
                .join();

        assertThat(seen).containsExactlyInAnyOrder(0, 1, 2);
        assertThat(one.map(n -> n + 1, range(100))).hasSize(100);
        one.close();
    }

    @Test
    void whatATaskHasLeftRunningEndsWithIt() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        pool.submit((RemoteRunnable) () -> {
                    var unused = pool().mapAsync(n -> untilInterrupted(interrupted), range(1));
                    started.await();
                })
                .join();

        assertThat(interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.map(n -> n, range(2))).hasSize(2);
    }

    @Test
    void aTaskSeesTheJobsThatItHasStarted() {
        List<Object> seen = pool.submit((RemoteCallable<List<Object>>) () -> {
                    Cluster cluster = TaskContext.current().cluster();
                    cluster.pool().mapOutcomes(n -> 1 / n, List.of(1, 0, 1));
                    JobSummary job = cluster.job(cluster.jobs().get(0).id()).await();
                    return List.of(cluster.jobs().size(), job.state(), job.counts());
                })
                .join();

        assertThat(seen)
                .containsExactly(1, JobSummary.State.FAILED, new JobSummary.Counts(OptionalLong.of(3), 2, 1, 0));
    }

    private static Pool pool() {
        return TaskContext.current().cluster().pool();
    }

    private int untilInterrupted(CountDownLatch interrupted) {
        try {
            return stuck();
        } catch (InterruptedException e) {
            interrupted.countDown();
            return 0;
        }
    }
}
