package io.sheaf.examples;

import io.sheaf.Pool;
import java.util.concurrent.CompletableFuture;

/**
 * Two threads, started and joined.
 *
 * <pre>
 * a = threading.Thread(target=greet, args=("Ada",)); b = threading.Thread(target=greet, args=("Grace",))
 * a.start(); b.start()
 * a.join(); b.join()
 * </pre>
 */
public final class TwoThreads {
    private TwoThreads() {}

    public static void main(String[] arguments) {
        try (Pool pool = Pool.threads(2)) {
            CompletableFuture<?> ada = pool.submit(() -> greet("Ada"));
            CompletableFuture<?> grace = pool.submit(() -> greet("Grace"));
            ada.join();
            grace.join();
        }
    }

    private static void greet(String name) {
        System.out.println("Hello " + name + ", from " + Thread.currentThread().getName());
    }
}
