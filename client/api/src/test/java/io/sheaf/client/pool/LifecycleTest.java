package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.job.JobState;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LifecycleTest {
    private static final RemoteCallable<String> STUCK = () -> {
        Gate.await("never opened");
        return "late";
    };

    private FakeNode node;
    private Pool pool;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(2);
        pool = Pools.of(node);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void closingWaitsForWhatRunsAndThenEndsTheSession() throws Exception {
        CompletableFuture<String> call = pool.submit(() -> {
            Gate.open("slow call runs");
            Gate.await("slow call may end");
            return "done";
        });
        var close = Pools.Elsewhere.run(() -> {
            pool.close();
            return call.isDone();
        });
        Gate.await("slow call runs");
        assertThat(pool.isTerminated()).isFalse();
        Gate.open("slow call may end");

        assertThat(close.outcome().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call.get(10, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(pool.isTerminated()).isTrue();
        assertThat(node.clientGone()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @RepeatedTest(20)
    void whatWasSubmittedHasEndedWhenCloseReturns() {
        CompletableFuture<Integer> call = pool.submit(() -> 1);
        CompletableFuture<List<Integer>> map = pool.mapAsync(item -> item, List.of(1, 2, 3));
        pool.close();

        assertThat(call).isCompletedWithValue(1);
        assertThat(map).isCompletedWithValue(List.of(1, 2, 3));
    }

    @Test
    void aPoolThatWasShutDownTakesNoFurtherWork() {
        pool.submit(() -> 1).join();
        pool.shutdown();

        assertThat(pool.isShutdown()).isTrue();
        assertRejected(() -> pool.submit(() -> 1));
        assertRejected(() -> pool.map(item -> item, List.of(1)));
        assertRejected(() -> pool.mapAsync(item -> item, List.of(1)));
        assertRejected(() -> pool.imap(item -> item, List.of(1)));
    }

    @Test
    void endingTwiceIsNoError() {
        pool.shutdown();
        pool.shutdown();
        pool.close();
        pool.close();
        pool.shutdown();
        assertThat(pool.shutdownNow()).isEmpty();
    }

    @Test
    void shuttingDownEndsTheSessionOnceAllHasEnded() throws Exception {
        CompletableFuture<String> call = pool.submit(() -> {
            Gate.await("last call may end");
            return "done";
        });
        pool.shutdown();
        assertThat(pool.awaitTermination(10, TimeUnit.MILLISECONDS)).isFalse();
        Gate.open("last call may end");

        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call).isCompletedWithValue("done");
        assertThat(node.clientGone()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void awaitingTheEndOfAnIdlePoolWaitsForItsShutdown() throws Exception {
        var waiting = Pools.Elsewhere.run(() -> {
            Gate.open("awaiting termination");
            return pool.awaitTermination(20, TimeUnit.SECONDS);
        });
        Gate.await("awaiting termination");
        pool.shutdown();

        assertThat(waiting.outcome().get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shuttingDownNowCancelsWhatRunsAndEndsTheSession() throws Exception {
        CompletableFuture<String> call = pool.submit(STUCK);
        CompletableFuture<List<String>> map = pool.mapAsync(item -> STUCK.call(), List.of(1));
        assertThat(pool.shutdownNow()).isEmpty();

        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call).isCancelled();
        assertThat(map).isCompletedExceptionally();
        assertThat(node.nextEnd()).isEqualTo(JobState.CANCELLED);
        assertThat(node.clientGone()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void anInterruptedCloseCancelsWhatRuns() throws Exception {
        CompletableFuture<String> call = pool.submit(STUCK);
        var close = Pools.Elsewhere.run(() -> {
            Thread.currentThread().interrupt();
            pool.close();
            return Thread.interrupted();
        });

        assertThat(close.outcome().get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call).isCancelled();
        assertThat(node.clientGone()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    @Test
    void aPoolMayBeClosedByWhatHangsOnACall() {
        assertThat(pool.submit(() -> 1).thenRun(pool::close)).succeedsWithin(10, TimeUnit.SECONDS);
        assertThat(node.clientGone()).succeedsWithin(10, TimeUnit.SECONDS);
    }

    private static void assertRejected(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(RejectedExecutionException.class).hasMessageContaining("shut down");
    }
}
