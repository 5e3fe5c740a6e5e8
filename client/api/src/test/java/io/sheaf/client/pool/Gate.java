package io.sheaf.client.pool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Where functions that the fake node runs, in this JVM, wait for the test, and the test for them. */
final class Gate {
    private static final ConcurrentHashMap<String, CountDownLatch> GATES = new ConcurrentHashMap<>();

    private Gate() {}

    static void open(String name) {
        gate(name).countDown();
    }

    static void await(String name) throws InterruptedException {
        if (!gate(name).await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("Nobody opened " + name);
        }
    }

    private static CountDownLatch gate(String name) {
        return GATES.computeIfAbsent(name, unused -> new CountDownLatch(1));
    }
}
