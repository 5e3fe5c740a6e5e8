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
    private final EventLoop loop = new EventLoop("loop under test");

    /** One that runs what it is given, and remembers by whom. */
    private static final class Recorder implements EventLoop.Part {
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

    private EventLoop.Inbox begun(EventLoop.Part part) {
        EventLoop.Inbox inbox = loop.inbox(part);
        inbox.begin();
        return inbox;
    }

    /** Returns when the loop's thread has run once, so that nothing else is under way. */
    private static void settle(EventLoop.Inbox inbox) throws InterruptedException {
        CountDownLatch ran = new CountDownLatch(1);
        inbox.add(ran::countDown);
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
        EventLoop.Inbox inbox = begun(new Recorder());
        List<Thread> by = Collections.synchronizedList(new ArrayList<>());
        // The loop's thread may be about to give its turn back.
        while (!by.contains(Thread.currentThread())) {
            settle(inbox);
            beNotClose();
            CountDownLatch ran = new CountDownLatch(1);
            inbox.bring(() -> {
                by.add(Thread.currentThread());
                ran.countDown();
            });
            ran.await();
        }
    }

    @Test
    void whatIsOnlyAddedIsRunByTheLoop() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop.Inbox inbox = begun(part);
        for (int i = 0; i < 1000; i++) {
            settle(inbox);
        }
        assertThat(part.threads).containsOnly("loop under test");
    }

    @Test
    void nothingThatManyThreadsBringIsLostOrRunAtTheSameTime() throws Exception {
        Recorder part = new Recorder();
        EventLoop.Inbox inbox = begun(part);
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
                                inbox.add(task);
                            } else {
                                inbox.bring(task);
                            }
                        }
                    })
                    .start();
        }
        assertThat(all.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(part.most).isEqualTo(1);
    }

    @Test
    void partsOfOneLoopAnswerEachOther() throws InterruptedException {
        EventLoop.Inbox one = begun(new Recorder());
        EventLoop.Inbox other = begun(new Recorder());
        CountDownLatch answered = new CountDownLatch(20_000);
        for (int i = 0; i < 20_000; i++) {
            one.bring(() -> other.bring(() -> one.bring(answered::countDown)));
        }
        assertThat(answered.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aDeadlineIsKeptThoughNothingComesAndThoughItWasSetByWhoeverBroughtSomething() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop.Inbox inbox = begun(part);
        settle(inbox);
        beNotClose();
        long soon = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        inbox.bring(() -> part.deadline = soon);
        assertThat(part.ranByTime.await(50, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - soon).isNotNegative();
    }

    @Test
    void whatComesBeforeThePartBeginsWaits() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop.Inbox inbox = loop.inbox(part);
        CountDownLatch ran = new CountDownLatch(2);
        inbox.add(ran::countDown);
        inbox.bring(ran::countDown);
        assertThat(part.threads).isEmpty();
        inbox.begin();
        assertThat(ran.await(50, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoComesTooLateIsTold() throws InterruptedException {
        Recorder part = new Recorder();
        EventLoop.Inbox inbox = begun(part);
        CountDownLatch told = new CountDownLatch(1);
        inbox.add(() -> {
            part.over = true;
            inbox.add(told::countDown);
        });
        inbox.awaitEnd(50);
        assertThat(told.await(50, TimeUnit.SECONDS)).as("came meanwhile").isTrue();
        assertThat(inbox.add(() -> {})).isFalse();
        assertThat(inbox.bring(() -> {})).isFalse();
    }

    @Test
    void theThreadEndsWithTheLastPart() throws InterruptedException {
        Recorder first = new Recorder();
        Recorder second = new Recorder();
        EventLoop.Inbox one = begun(first);
        EventLoop.Inbox two = begun(second);
        Thread[] thread = new Thread[1];
        CountDownLatch known = new CountDownLatch(1);
        two.add(() -> {
            thread[0] = Thread.currentThread();
            known.countDown();
        });
        known.await();
        one.add(() -> first.over = true);
        one.awaitEnd(50);
        settle(two);
        two.add(() -> second.over = true);
        thread[0].join(TimeUnit.SECONDS.toMillis(50));
        assertThat(thread[0].isAlive()).isFalse();
    }
}
