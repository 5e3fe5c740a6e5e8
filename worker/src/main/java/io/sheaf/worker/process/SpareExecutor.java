package io.sheaf.worker.process;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One executor that is there before it is known for whom, since whoever needs one would wait for the start of a JVM. The
 * next is made some time after one was taken, when those who took it have had the processors for themselves. Where one
 * dies by itself there is none until one is asked for again. Safe for use by many threads.
 */
final class SpareExecutor implements AutoCloseable {
    private static final long REST_MILLIS = 5000;

    private final AtomicReference<@Nullable ExecutorProcess> spare = new AtomicReference<>();
    private final Semaphore wanted = new Semaphore(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Supplier<ExecutorProcess> start;

    SpareExecutor(Supplier<ExecutorProcess> start) {
        this.start = start;
    }

    /** Starts them; returns when it is closed. */
    void keep() {
        try {
            do {
                wanted.acquire();
                wanted.drainPermits();
                startUnlessClosed();
            } while (!closing.await(REST_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void startUnlessClosed() {
        if (spare.get() == null && closing.getCount() > 0) {
            spare.set(start.get());
        }
    }

    /** Takes it if there is one. */
    Optional<ExecutorProcess> take() {
        ExecutorProcess taken = spare.getAndSet(null);
        wanted.release();
        return Optional.ofNullable(taken).filter(ExecutorProcess::isAlive);
    }

    /** Starts no more; what is there is left to whoever ends all executors. */
    @Override
    public synchronized void close() {
        closing.countDown();
        wanted.release();
    }
}
