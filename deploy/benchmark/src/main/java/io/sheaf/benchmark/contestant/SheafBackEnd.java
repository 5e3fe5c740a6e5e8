package io.sheaf.benchmark.contestant;

import io.sheaf.JobOptions;
import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import io.sheaf.RemoteFunction;
import io.sheaf.benchmark.Workload;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** With default settings. */
record SheafBackEnd(Pool pool) implements BackEnd {
    /** Takes {@code threads}, {@code processes}, or a cluster's address. */
    static SheafBackEnd open(String where) {
        return new SheafBackEnd(
                switch (where) {
                    case "threads" -> Pool.threads(Workload.WORKERS);
                    case "processes" -> Pool.processes(Workload.WORKERS);
                    default -> Pool.connect(where);
                });
    }

    @Override
    public <T, R> List<R> map(RemoteFunction<T, R> function, List<T> items) {
        return pool.map(function, items);
    }

    @Override
    public <R> CompletableFuture<R> submit(RemoteCallable<R> task) {
        return pool.submit(task);
    }

    @Override
    public BackEnd waiting() {
        return new SheafBackEnd(pool.with(JobOptions.defaults().withWorkload(io.sheaf.Workload.IO)));
    }

    @Override
    public void close() {
        pool.close();
    }
}
