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
    record Opened(PoolCore core, Pool pool, Closeable rest) implements Closeable {
        Opened(PoolCore core, Closeable rest) {
            this(core, new ClientPool(core), rest);
        }

        @Override
        public void close() throws IOException {
            pool.shutdownNow();
            rest.close();
        }
    }

    Opened open(int slots) throws IOException {
        if (this == THREADS) {
            return new Opened(new PoolCore(new ThreadsBackend(slots, ThreadsCluster::new)), () -> {});
        }
        FakeNode node = FakeNode.withSlots(slots);
        return new Opened(Pools.core(node), node);
    }

    static Pool threads(int slots) {
        return new ClientPool(new PoolCore(new ThreadsBackend(slots, ThreadsCluster::new)));
    }
}
