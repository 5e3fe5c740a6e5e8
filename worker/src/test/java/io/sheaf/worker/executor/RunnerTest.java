package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an executor says, with its running thread in this process and what tasks do under control. */
@Timeout(60)
class RunnerTest {
    private static final JobId JOB = new JobId(7);

    /** What tasks wait for, and what they do; static, since they are deserialized. */
    private static volatile CountDownLatch started = new CountDownLatch(1);

    private static volatile CountDownLatch gate = new CountDownLatch(1);
    private static final AtomicInteger INITIALIZED = new AtomicInteger();

    @TempDir
    private Path folder;

    private final BlockingQueue<FromExecutor> said = new LinkedBlockingQueue<>();
    private final CountDownLatch died = new CountDownLatch(1);
    private final ItemQueue queue = new ItemQueue();
    private final Commons commons = new Commons(Path.of("none"));
    private Path file;
    private Runner runner;
    private Thread thread;

    /** Stands for the end of the process. */
    private static final class Dead extends Error {
        private static final long serialVersionUID = 1;
    }

    private final class Line implements Runner.Line {
        @Override
        public void accept(FromExecutor message) {
            said.add(message);
        }

        @Override
        public void awaitSent() {}

        @Override
        public void die() {
            died.countDown();
            throw new Dead();
        }
    }

    @BeforeEach
    void begin() throws IOException {
        started = new CountDownLatch(1);
        gate = new CountDownLatch(1);
        INITIALIZED.set(0);
        file = folder.resolve("now");
        CurrentItemFile.create(file, 1);
        Line line = new Line();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Runner.Streams streams =
                new Runner.Streams(new TaskOutput(false, nowhere, line), new TaskOutput(true, nowhere, line));
        runner = new Runner(queue, new CurrentItemFile(file).lane(0), streams, line, commons);
        thread = new Thread(runner::run, "running");
        thread.setUncaughtExceptionHandler((unused, e) -> assertThat(e).isInstanceOf(Dead.class));
        thread.start();
    }

    @AfterEach
    void end() throws InterruptedException {
        gate.countDown();
        queue.close();
        queue.end();
        queue.interrupt(JOB);
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void aQuickResultDoesNotWaitBehindASlowItem() throws Exception {
        open(index -> index == 1 ? await(gate) : index);
        batch(1, 0, 2);
        assertThat(next(FromExecutor.Finished.class).results().to()).isEqualTo(1);
        assertThat(slow(1).nanos()).isBetween(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(50));
        gate.countDown();
        assertThat(next(FromExecutor.Finished.class).results().from()).isEqualTo(1);
    }

    @Test
    void aSlowItemIsToldOnceEachAlsoAfterARest() throws Exception {
        open(index -> await(gate));
        batch(1, 0, 1);
        slow(0);
        gate.countDown();
        next(FromExecutor.Finished.class);
        assertThat(said.poll(1500, TimeUnit.MILLISECONDS)).isNull();
        gate = new CountDownLatch(1);
        batch(2, 5, 6);
        assertThat(slow(5).job()).isEqualTo(JOB);
    }

    @Test
    void theInitializerRunsOnceAndItsTimeDoesNotCount() throws Exception {
        open(
                () -> {
                    INITIALIZED.incrementAndGet();
                    gate.await(2, TimeUnit.SECONDS);
                },
                index -> index + INITIALIZED.get());
        batch(1, 0, 2);
        FromExecutor.Finished done = next(FromExecutor.Finished.class);
        assertThat(done.nanos()).isLessThan(TimeUnit.SECONDS.toNanos(2));
        assertThat(INITIALIZED).hasValue(1);
    }

    @Test
    void aFailingInitializerCostsNoItem() throws Exception {
        open(
                () -> {
                    throw new IllegalStateException("no licence");
                },
                index -> index);
        batch(1, 0, 5);
        assertThat(next(FromExecutor.TakenBack.class)).isEqualTo(new FromExecutor.TakenBack(1, 0));
        Failure failure = next(FromExecutor.NotInitialized.class).failure();
        assertThat(failure.headline()).isEqualTo("java.lang.IllegalStateException: no licence");
        next(FromExecutor.Ending.class);
        thread.join(10_000);
        assertThat(thread.isAlive()).as("it takes nothing more").isFalse();
        assertThat(CurrentItemFile.read(file).lane(0).doing())
                .as("no item is to blame")
                .isNotEqualTo(CurrentItemFile.Doing.RUNNING);
    }

    @Test
    void whatDiesInTheInitializerIsNoItem() throws Exception {
        open(
                () -> {
                    started.countDown();
                    await(gate);
                },
                index -> index);
        batch(1, 4, 5);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        CurrentItemFile.Words words = CurrentItemFile.read(file).lane(0);
        assertThat(words.doing()).isEqualTo(CurrentItemFile.Doing.PREPARING);
        assertThat(words.job()).isEqualTo(JOB.number());
    }

    @Test
    void onlyTheNamedItemIsInterrupted() throws Exception {
        open(index -> {
            started.countDown();
            return await(gate);
        });
        batch(1, 0, 2);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        queue.interrupt(JOB, 1);
        queue.interrupt(new JobId(8), 0);
        slow(0);
        queue.interrupt(JOB, 0);
        assertThat(next(FromExecutor.Failed.class).index()).isZero();
        gate.countDown();
        assertThat(lastOf(FromExecutor.Finished.class).results().from()).isEqualTo(1);
    }

    @Test
    void anInterruptedItemThatLeavesAThreadBehindEndsTheProcess() throws Exception {
        open(index -> {
            Thread left = new Thread(RunnerTest::awaitGate, "left behind");
            left.setDaemon(true);
            left.start();
            started.countDown();
            return await(gate);
        });
        batch(1, 3, 4);
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        queue.interrupt(JOB);
        assertThat(died.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(said).noneMatch(FromExecutor.Failed.class::isInstance);
        CurrentItemFile.Words words = CurrentItemFile.read(file).lane(0);
        assertThat(words.doing()).isEqualTo(CurrentItemFile.Doing.RUNNING);
        assertThat(words.index()).isEqualTo(3);
    }

    @Test
    void anItemThatRunsOutOfMemoryFailsAloneAndEndsTheExecutor() throws Exception {
        open(index -> {
            if (index == 1) {
                throw new OutOfMemoryError("Java heap space");
            }
            return index;
        });
        batch(1, 0, 5);
        assertThat(next(FromExecutor.Finished.class).results().to()).isEqualTo(1);
        FromExecutor.Failed failed = next(FromExecutor.Failed.class);
        assertThat(failed.index()).isEqualTo(1);
        assertThat(failed.failure().headline()).contains("OutOfMemoryError");
        assertThat(next(FromExecutor.TakenBack.class)).isEqualTo(new FromExecutor.TakenBack(1, 2));
        next(FromExecutor.Ending.class);
    }

    private void open(RemoteFunction<Long, Long> function) throws IOException {
        open(null, function);
    }

    private void open(@Nullable RemoteRunnable initializer, RemoteFunction<Long, Long> function) throws IOException {
        Optional<Bytes> first =
                initializer == null ? Optional.empty() : Optional.of(JavaSerialization.write(initializer));
        Work work = new Work.Closure(JavaSerialization.write(function));
        commons.open(
                new ToExecutor.Open(JOB, work, first, ResultForm.OBJECT, new WorkerId("here"), new JobToken("a token")),
                said -> {});
    }

    private void batch(long number, long from, long to) {
        queue.add(new ItemQueue.Batch(
                new ToExecutor.Batch(number, JOB, Segment.ofLongs(from, (int) (to - from), from), List.of())));
    }

    /** On a machine that is busy, any item may take long; who wants to know of that asks {@link #slow}. */
    private <T extends FromExecutor> T next(Class<T> kind) throws InterruptedException {
        FromExecutor message = said.poll(20, TimeUnit.SECONDS);
        while (message instanceof FromExecutor.StillRunning) {
            message = said.poll(20, TimeUnit.SECONDS);
        }
        assertThat(message).isInstanceOf(kind);
        return kind.cast(message);
    }

    private FromExecutor.StillRunning slow(long index) throws InterruptedException {
        FromExecutor.StillRunning slow = lastOf(FromExecutor.StillRunning.class);
        while (slow.index() != index) {
            slow = lastOf(FromExecutor.StillRunning.class);
        }
        return slow;
    }

    /** The next of a kind, whatever is said before it. */
    private <T extends FromExecutor> T lastOf(Class<T> kind) throws InterruptedException {
        List<FromExecutor> before = new ArrayList<>();
        while (true) {
            FromExecutor message = said.poll(20, TimeUnit.SECONDS);
            assertThat(message).as("after %s", before).isNotNull();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
            before.add(message);
        }
    }

    private static long await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        return 0;
    }

    private static void awaitGate() {
        try {
            gate.await(50, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
