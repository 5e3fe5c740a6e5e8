package io.sheaf.client.pool;

import io.sheaf.Pool;
import io.sheaf.client.FakeNode;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.SocketSession;
import io.sheaf.protocol.job.Bundle;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Pools of fake nodes, and threads to use them from. */
final class Pools {
    private Pools() {}

    static Pool of(FakeNode node) throws IOException {
        return new ClientPool(core(node));
    }

    static PoolCore core(FakeNode node) throws IOException {
        return new PoolCore(new SessionBackend(
                SocketSession.open("the fake node", node.connect(), ""),
                new CodeFiles(new Bundle(List.of()), Map.of())));
    }

    /** A thread of its own, which the test may interrupt, and what came of it. */
    record Elsewhere<T>(Thread thread, CompletableFuture<T> outcome) {
        static <T> Elsewhere<T> run(Callable<T> body) {
            CompletableFuture<T> outcome = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> {
                        try {
                            outcome.complete(body.call());
                        } catch (Exception | Error e) {
                            outcome.completeExceptionally(e);
                        }
                    },
                    "elsewhere");
            thread.setDaemon(true);
            thread.start();
            return new Elsewhere<>(thread, outcome);
        }
    }
}
