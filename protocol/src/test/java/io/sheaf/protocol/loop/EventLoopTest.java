package io.sheaf.protocol.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopTest {
    /** One that runs what it is given, and remembers by whom. */
    private static final class Recorder implements EventLoop.Decider {
        final ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
        final AtomicInteger atOnce = new AtomicInteger();
        volatile int most;
        volatile long deadline = inAnHour();
        volatile boolean over;
        final CountDownLatch ranByTime = new CountDownLatch(1);

        @Override
        public void run(List<Runnable> queued, long now) {
            most = Math.max(most, atOnce.incrementAndGet());
            threads.add(Thread.currentThread().getName());
            if (queued.isEmpty() && !over) {
                deadline = inAnHour();
                ranByTime.countDown();
            }
            queued.forEach(Runnable::run);
            atOnce.decrementAndGet();
        }

        @Override
        public long nextDeadline() {
            return deadline;
        }

        @Override
        public boolean isOver() {
            return over;
        }
    }

    private EventLoop begun(EventLoop.Decider part) {
        EventLoop loop = new EventLoop("loop under test", part);
        loop.begin();
        return loop;
    }

    /** Returns when the loop's thread has run once, so that nothing else is under way. */
    private static void settle(EventLoop loop) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        loop.add(ran::countDown);
        ran.await();
    }

    private static long inAnHour() {
        return System.nanoTime() + TimeUnit.HOURS.toNanos(1);
    }

    private static void beNotClose() {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(100);
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatComesAloneIsRunByWhoeverBringsIt() throws InterruptedException {
        EventLoop loop = begun(new Recorder());
        List<Thread> by = Collections.synchronizedList(new ArrayList<>());
        // The loop's thread may be about to give its turn back.
        while (!by.contains(Thread.currentThread())) {
            settle(loop);
            beNotClose();
            CountDownLatch ran = new CountDownLatch(1);
            loop.bring(
                    () -> {
                        by.add(Thread.currentThread());
                        ran.countDown();
                    },
                    1);
            ran.await();
        }
    }

    @Test
    void whatTellsOfManyItemsIsRunByTheLoop() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        for (int i = 0; i < 1000; i++) {
            settle(loop);
            CountDownLatch ran = new CountDownLatch(1);
            loop.bring(ran::countDown, 2);
            ran.await();
        }
        assertThat(part.threads).containsOnly("loop under test");
    }

    @Test
    void whatIsOnlyAddedIsRunByTheLoop() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        for (int i = 0; i < 1000; i++) {
            settle(loop);
        }
        assertThat(part.threads).containsOnly("loop under test");
    }

    @Test
    void nothingThatManyThreadsBringIsLostOrRunAtTheSameTime() throws Exception {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        int threads = 4;
        int each = 50_000;
        int[] ran = new int[threads];
        CountDownLatch all = new CountDownLatch(threads * each);
        CyclicBarrier start = new CyclicBarrier(threads);
        for (int t = 0; t < threads; t++) {
            int mine = t;
            new Thread(() -> {
                        try {
                            start.await();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        for (int i = 0; i < each; i++) {
                            int number = i;
                            Runnable task = () -> {
                                assertThat(ran[mine]++).as("in order").isEqualTo(number);
                                all.countDown();
                            };
                            if (i % 3 == 0) {
                                loop.add(task);
                            } else {
                                loop.bring(task, 1);
                            }
                        }
                    })
                    .start();
        }
        assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(part.most).isEqualTo(1);
    }

    @Test
    void loopsAnswerEachOther() throws InterruptedException {
        EventLoop one = begun(new Recorder());
        EventLoop other = begun(new Recorder());
        CountDownLatch answered = new CountDownLatch(20_000);
        for (int i = 0; i < 20_000; i++) {
            one.bring(() -> other.bring(() -> one.bring(answered::countDown, 1), 1), 1);
        }
        assertThat(answered.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDeadlineIsKeptThoughNothingComesAndThoughItWasSetByWhoeverBroughtSomething() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        settle(loop);
        beNotClose();
        long soon = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        loop.bring(() -> part.deadline = soon, 1);
        assertThat(part.ranByTime.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - soon).isNotNegative();
    }

    @Test
    void whatComesBeforeThePartBeginsWaits() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = new EventLoop("loop under test", part);
        CountDownLatch ran = new CountDownLatch(2);
        loop.add(ran::countDown);
        loop.bring(ran::countDown, 1);
        assertThat(part.threads).isEmpty();
        loop.begin();
        assertThat(ran.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoComesTooLateIsTold() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        CountDownLatch told = new CountDownLatch(1);
        loop.add(() -> {
            part.over = true;
            loop.add(told::countDown);
        });
        loop.awaitEnd(50);
        assertThat(told.await(50, TimeUnit.SECONDS)).as("came meanwhile").isTrue();
        assertThat(loop.add(() -> {})).isFalse();
        assertThat(loop.bring(() -> {}, 1)).isFalse();
    }

    @Test
    void theThreadEndsWithTheLoop() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop loop = begun(part);
        Thread[] thread = new Thread[1];
        loop.add(() -> {
            thread[0] = Thread.currentThread();
            part.over = true;
        });
        loop.awaitEnd(50);
        thread[0].join(TimeUnit.SECONDS.toMillis(50));
        assertThat(thread[0].isAlive()).isFalse();
    }
}
