package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlatformThreadsTest {
    private static final int MOST = 50;

    private final PlatformThreads threads = new PlatformThreads(MOST);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();

    private record Brief(Runnable task) implements PlatformThreads.Turn {
        @Override
        public void run() {
            task.run();
        }

        @Override
        public boolean isBrief() {
            return true;
        }
    }

    @AfterEach
    void open() {
        gate.countDown();
    }

    private void waitAtTheGate(CountDownLatch arrived) {
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        arrived.countDown();
        await(gate);
        running.decrementAndGet();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void tasksThatWaitForEachOtherRunAllAtOnceAndNeverMoreThanTheBound() {
        CountDownLatch arrived = new CountDownLatch(MOST);
        CountDownLatch over = new CountDownLatch(3 * MOST);
        for (int i = 0; i < 3 * MOST; i++) {
            threads.execute(() -> {
                waitAtTheGate(arrived);
                over.countDown();
            });
        }
        await(arrived);
        gate.countDown();
        await(over);
        assertThat(mostRunning).hasValue(MOST);
        assertThat(threads.size()).isEqualTo(MOST);
    }

    @Test
    void tasksThatComeOneByOneAndDoNotEndGetAThreadEach() {
        for (int i = 0; i < MOST; i++) {
            CountDownLatch arrived = new CountDownLatch(1);
            threads.execute(() -> waitAtTheGate(arrived));
            await(arrived);
        }
        assertThat(running).hasValue(MOST);
    }

    @Test
    void tasksThatAreBriefCostNoThreadEach() {
        CountDownLatch over = new CountDownLatch(10_000);
        for (int i = 0; i < 10_000; i++) {
            threads.execute(new Brief(over::countDown));
        }
        await(over);
        assertThat(threads.size()).isLessThan(MOST / 2);
    }

    @Test
    void aBriefTaskRunsAlsoBehindThoseThatDoNotEnd() {
        CountDownLatch arrived = new CountDownLatch(2);
        threads.execute(() -> waitAtTheGate(arrived));
        threads.execute(() -> waitAtTheGate(arrived));
        await(arrived);
        CountDownLatch over = new CountDownLatch(1);
        threads.execute(new Brief(over::countDown));
        await(over);
    }

    @Test
    void whatSaysThatItIsBriefAndIsNotGetsThreadsAllTheSame() {
        CountDownLatch arrived = new CountDownLatch(MOST);
        for (int i = 0; i < MOST; i++) {
            threads.execute(new Brief(() -> waitAtTheGate(arrived)));
        }
        await(arrived);
    }

    @Test
    void tasksThatThrowOrLeaveAnInterruptBehindTakeNoPlaceFromOthers() {
        CountDownLatch thrown = new CountDownLatch(2 * MOST);
        for (int i = 0; i < 2 * MOST; i++) {
            boolean throwing = i % 2 == 0;
            threads.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((unused, e) -> {});
                thrown.countDown();
                Thread.currentThread().interrupt();
                if (throwing) {
                    throw new IllegalStateException("on purpose");
                }
            });
        }
        await(thrown);
        CountDownLatch arrived = new CountDownLatch(MOST);
        for (int i = 0; i < MOST; i++) {
            threads.execute(() -> {
                // What the task before it has left is not this one's; a lane sees to that.
                boolean unused = Thread.interrupted();
                waitAtTheGate(arrived);
            });
        }
        await(arrived);
        assertThat(mostRunning).hasValue(MOST);
    }
}
