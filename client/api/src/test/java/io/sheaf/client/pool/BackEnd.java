package io.sheaf.client.pool;

import io.sheaf.Pool;
import io.sheaf.client.FakeNode;
import io.sheaf.client.threads.ThreadsBackend;
import java.io.Closeable;
import java.io.IOException;

/** What a test of behaviour runs on, the same on each. */
enum BackEnd {
    THREADS,
    SESSION;

    /** A pool, and what has to be closed after the test. */
    record Opened(Pool pool, Closeable rest) implements Closeable {
        @Override
        public void close() throws IOException {
            pool.shutdownNow();
            rest.close();
        }
    }

    Opened open(int slots) throws IOException {
        if (this == THREADS) {
            return new Opened(threads(slots), () -> {});
        }
        FakeNode node = FakeNode.withSlots(slots);
        return new Opened(Pools.of(node), node);
    }

    static Pool threads(int slots) {
        return new ClientPool(new PoolCore(new ThreadsBackend(slots)));
    }
}
