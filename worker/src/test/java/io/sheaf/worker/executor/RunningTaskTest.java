package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.TaskContext;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.item.Timed;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.ResultForm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tasks learn of themselves and say of themselves, and results that come later. */
@Timeout(60)
class RunningTaskTest {
    /** What tasks of a test and the test share; static, since tasks are deserialized. */
    private static volatile BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    private static volatile CountDownLatch gate = new CountDownLatch(1);
    private static volatile CompletionStage<Object> later = new CompletableFuture<>();

    @TempDir
    private Path folder;

    private Bench bench;

    @BeforeEach
    void begin() throws Exception {
        told = new LinkedBlockingQueue<>();
        gate = new CountDownLatch(1);
        later = new CompletableFuture<>();
        bench = new Bench(folder);
    }

    @AfterEach
    void end() throws Exception {
        gate.countDown();
        later.toCompletableFuture().complete(0L);
        bench.close();
    }

    private static String words(TaskContext task) {
        return task.jobId() + " " + task.itemIndex() + " " + task.attempt() + " " + task.worker() + " "
                + task.isCancelled();
    }

    private static Object told() throws InterruptedException {
        Object next = told.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void aTaskKnowsItsJobItemAttemptAndWorker() throws Exception {
        bench.open(item -> words(TaskContext.current()));
        bench.batch(3, 8, new Repeated(4, 6, 2), new Repeated(7, 8, 3));
        assertThat(bench.outcomes(5))
                .isEqualTo(Map.of(
                        3L, "7 3 1 here false",
                        4L, "7 4 2 here false",
                        5L, "7 5 2 here false",
                        6L, "7 6 1 here false",
                        7L, "7 7 3 here false"));
    }

    @Test
    void anInitializerHasAContextWithoutAnItem() throws Exception {
        bench.open(
                () -> {
                    TaskContext.current().progress(0.5);
                    told.add(words(TaskContext.current()));
                },
                item -> item,
                ResultForm.OBJECT);
        bench.batch(3, 4, new Repeated(3, 4, 2));
        assertThat(bench.outcomes(1)).isEqualTo(Map.of(3L, 3L));
        assertThat(told()).isEqualTo("7 -1 1 here false");
    }

    @Test
    void aThreadThatRunsNoItemHasNoContext() throws Exception {
        bench.open(item -> {
            Thread other = new Thread(
                    () -> told.add(TaskContext.find().map(TaskContext::jobId).orElse("none")));
            other.start();
            other.join();
            return item;
        });
        bench.batch(0, 1);
        assertThat(told()).isEqualTo("none");
        assertThat(TaskContext.find()).isEmpty();
    }

    @Test
    void anItemThatIsToEndLearnsItAlsoInItsOtherThreads() throws Exception {
        bench.open(item -> {
            TaskContext task = TaskContext.current();
            Thread other = new Thread(() -> {
                told.add("waits");
                while (!task.isCancelled()) {
                    Thread.onSpinWait();
                }
                told.add("knows");
            });
            other.start();
            try {
                new CountDownLatch(1).await();
                return false;
            } catch (InterruptedException e) {
                other.join();
                return task.isCancelled();
            }
        });
        bench.batch(0, 1);
        assertThat(told()).isEqualTo("waits");
        bench.interrupt(0);
        assertThat(told()).isEqualTo("knows");
        assertThat(bench.outcomes(1)).isEqualTo(Map.of(0L, true));
    }

    @Test
    void progressIsToldOfWhatRunsForLong() throws Exception {
        bench.open(item -> {
            TaskContext.current().progress(0.25);
            gate.await();
            TaskContext.current().progress(0.9999);
            return later;
        });
        bench.batch(0, 1);
        assertThat(bench.next(FromExecutor.Progressed.class)).isEqualTo(new FromExecutor.Progressed(Bench.JOB, 0, 250));
        gate.countDown();
        assertThat(bench.next(FromExecutor.Progressed.class)).isEqualTo(new FromExecutor.Progressed(Bench.JOB, 0, 999));
    }

    @Test
    void progressThatIsNoneFailsItsItemOnly() throws Exception {
        bench.open(item -> {
            TaskContext.current().progress(List.of(1.0, 1.1, -0.1, Double.NaN).get(item.intValue()));
            return item;
        });
        bench.batch(0, 4);
        Map<Long, @Nullable Object> outcomes = bench.outcomes(4);
        assertThat(outcomes.get(0L)).isEqualTo(0L);
        for (long index = 1; index < 4; index++) {
            assertThat(outcomes.get(index)).asString().contains("IllegalArgumentException", "from 0.0 to 1.0");
        }
    }

    @Test
    void aTimedResultSaysHowItCameAbout() throws Exception {
        bench.open(
                null,
                item -> {
                    long until = System.nanoTime() + 20_000_000;
                    while (System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    return "value";
                },
                ResultForm.TIMED);
        bench.batch(0, 1, new Repeated(0, 1, 3));
        Timed timed = (Timed) Objects.requireNonNull(bench.outcomes(1).get(0L));
        assertThat(timed.value()).isEqualTo("value");
        assertThat(timed.attempts()).isEqualTo(3);
        assertThat(timed.worker()).isEqualTo("here");
        assertThat(timed.nanos()).isBetween(20_000_000L, 20_000_000_000L);
    }

    @Test
    void aFailureSaysForHowLongTheItemRan() throws Exception {
        bench.open(item -> {
            long until = System.nanoTime() + 20_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            throw new IllegalStateException();
        });
        bench.batch(0, 1);
        assertThat(bench.next(FromExecutor.Failed.class).nanos()).isBetween(20_000_000L, 20_000_000_000L);
    }

    @Test
    void whatAStageCompletesWithIsTheResult() throws Exception {
        bench.open(item -> item == 0 ? later : CompletableFuture.completedStage(item == 1 ? null : item));
        bench.batch(0, 3);
        later.toCompletableFuture().complete("late");
        Map<Long, @Nullable Object> outcomes = bench.outcomes(3);
        assertThat(outcomes).containsEntry(0L, "late").containsEntry(2L, 2L);
        assertThat(outcomes.get(1L)).isNull();
    }

    @Test
    void aStageThatFailsFailsTheItemWithWhatWasThrown() throws Exception {
        bench.open(item -> {
            CompletionStage<Object> broken = CompletableFuture.failedStage(
                    new CompletionException(new CompletionException(new IllegalStateException("own"))));
            return item == 0 ? broken.thenApply(value -> value) : item;
        });
        bench.batch(0, 2);
        Map<Long, @Nullable Object> outcomes = bench.outcomes(2);
        assertThat(outcomes.get(0L)).asString().contains("className=java.lang.IllegalStateException, message=own");
        assertThat(outcomes.get(1L)).isEqualTo(1L);
    }

    @Test
    void anItemThatIsToEndCancelsItsStage() throws Exception {
        bench.open(item -> {
            told.add("begun");
            return later;
        });
        bench.batch(0, 1);
        told();
        bench.interrupt(0);
        assertThat(bench.failure().thrown().className()).isEqualTo(InterruptedException.class.getName());
        assertThat(later.toCompletableFuture()).isCancelled();
    }
}
