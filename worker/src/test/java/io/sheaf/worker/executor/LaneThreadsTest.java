package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LaneThreadsTest {
    private static final int FIRST_WITH_VIRTUAL_THREADS = 21;

    @Test
    void thousandsThatWaitForEachOtherRunAtOnceInVirtualThreads() throws Exception {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(FIRST_WITH_VIRTUAL_THREADS);
        Queue<Thread> threads = meet(LaneThreads.of(1), 5_000);
        assertThat(threads).hasSize(5_000).doesNotHaveDuplicates();
        for (Thread thread : threads) {
            // This is compiled for a Java that does not have the method.
            assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
        }
    }

    @Test
    void whereThereAreNoneAsManyRunAtOnceAsMay() throws Exception {
        assumeThat(Runtime.version().feature()).isLessThan(FIRST_WITH_VIRTUAL_THREADS);
        assertThat(meet(LaneThreads.of(100), 100)).hasSize(100).doesNotHaveDuplicates();
    }

    /** Runs so many tasks of which none ends before all have begun; returns what ran them. */
    private static Queue<Thread> meet(Executor executor, int tasks) throws InterruptedException {
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        CountDownLatch begun = new CountDownLatch(tasks);
        CountDownLatch met = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            executor.execute(() -> {
                threads.add(Thread.currentThread());
                begun.countDown();
                try {
                    if (begun.await(50, TimeUnit.SECONDS)) {
                        met.countDown();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        assertThat(met.await(55, TimeUnit.SECONDS)).isTrue();
        return threads;
    }
}
