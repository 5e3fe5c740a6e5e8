package io.sheaf.benchmark.contestant;

import io.sheaf.RemoteCallable;
import io.sheaf.RemoteFunction;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What runs the items of a workload elsewhere: Sheaf, or another library that a Java program could use. */
public interface BackEnd extends AutoCloseable {
    /** The results in the order of the items. */
    <T, R> List<R> map(RemoteFunction<T, R> function, List<T> items);

    /** One task by itself. */
    <R> CompletableFuture<R> submit(RemoteCallable<R> task);

    /** For items that mostly wait; closed with this one. */
    BackEnd waiting();

    @Override
    void close();
}
