package io.sheaf.examples;

import io.sheaf.Pool;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * One produces, one consumes, and a queue of three between them, on threads.
 *
 * <pre>
 * jobs = queue.Queue(maxsize=3)
 * producer = Thread(target=lambda: [jobs.put(i) for i in [1, 2, 3, 4, 5, -1]])
 * consumer = Thread(target=lambda: [print("consumed", i) for i in iter(jobs.get, -1)])
 * producer.start(); consumer.start(); producer.join(); consumer.join()
 * </pre>
 */
public final class ProducerConsumer {
    private static final int END = -1;

    private ProducerConsumer() {}

    public static void main(String[] arguments) {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(3);
        try (Pool pool = Pool.threads(2)) {
            var producer = pool.submit(() -> {
                for (int i : new int[] {1, 2, 3, 4, 5, END}) {
                    queue.put(i);
                }
            });
            var consumer = pool.submit(() -> {
                for (int i = queue.take(); i != END; i = queue.take()) {
                    System.out.println("consumed " + i);
                }
            });
            CompletableFuture.allOf(producer, consumer).join();
        }
    }
}
