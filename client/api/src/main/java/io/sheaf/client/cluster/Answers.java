package io.sheaf.client.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a cluster answers, and throws what it answers instead. */
final class Answers {
    private Answers() {}

    /** Waits as long as it takes: the session answers everything once it has ended. */
    static <A> A await(CompletableFuture<A> answer) {
        return await(answer, Duration.ofNanos(Long.MAX_VALUE))
                .orElseThrow(() -> new IllegalStateException("292 years have passed"));
    }

    /** Empty when it has not come by then. */
    static <A> Optional<A> await(CompletableFuture<A> answer, Duration atMost) {
        try {
            return Optional.of(answer.get(nanos(atMost), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw thrown(e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static long nanos(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }

    private static RuntimeException thrown(ExecutionException e) {
        return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
    }

    private static CancellationException interrupted() {
        Thread.currentThread().interrupt();
        return new CancellationException("Interrupted while waiting for the cluster");
    }
}
