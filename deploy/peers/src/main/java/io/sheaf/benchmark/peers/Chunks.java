package io.sheaf.benchmark.peers;

import io.sheaf.RemoteCallable;
import io.sheaf.RemoteFunction;
import io.sheaf.benchmark.contestant.BackEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A map for libraries that only know tasks: very many items go in chunks, as their users would cut them, others one by one. */
abstract class Chunks implements BackEnd {
    private static final int MANY = 10_000;
    private static final int PARTS = 16;

    @Override
    public final <T, R> List<R> map(RemoteFunction<T, R> function, List<T> items) {
        int size = items.size() < MANY ? 1 : items.size() / PARTS;
        List<CompletableFuture<List<R>>> parts = new ArrayList<>();
        for (int from = 0; from < items.size(); from += size) {
            List<T> part = new ArrayList<>(items.subList(from, Math.min(items.size(), from + size)));
            RemoteCallable<List<R>> task = () -> {
                List<R> results = new ArrayList<>(part.size());
                for (T item : part) {
                    results.add(function.apply(item));
                }
                return results;
            };
            parts.add(submit(task));
        }
        List<R> all = new ArrayList<>(items.size());
        parts.forEach(part -> all.addAll(part.join()));
        return all;
    }

    /** They have no more threads for such items than for others: how many is said when their workers start. */
    @Override
    public final BackEnd waiting() {
        return this;
    }
}
