package io.sheaf.client.pool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

/** Where functions that run in this JVM wait for each other. */
record Meeting(CyclicBarrier barrier) {
    private static final ConcurrentHashMap<String, Meeting> MEETINGS = new ConcurrentHashMap<>();

    static Meeting of(String name, int parties) {
        return MEETINGS.computeIfAbsent(name, unused -> new Meeting(new CyclicBarrier(parties)));
    }

    /** Fails when the others have not come within 10 s. */
    void await() throws Exception {
        barrier.await(10, TimeUnit.SECONDS);
    }
}
