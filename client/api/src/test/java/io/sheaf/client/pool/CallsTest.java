package io.sheaf.client.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobRejectedException;
import io.sheaf.Pool;
import io.sheaf.RemoteCallable;
import io.sheaf.RemoteRunnable;
import io.sheaf.TaskFailedException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallsTest {
    private static final RemoteCallable<String> FAILING = () -> {
        throw new IOException("no luck");
    };
    private static final RemoteCallable<String> STUCK = () -> {
        Gate.await("never opened");
        return "late";
    };

    private FakeNode node;
    private Pool pool;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(1);
        pool = Pools.of(node);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void everyFormOfACallWorks() throws Exception {
        Callable<String> plain = (RemoteCallable<String>) () -> "plain";
        RemoteRunnable action = () -> Gate.open("action ran");

        assertThat(pool.submit(() -> 42).get(10, TimeUnit.SECONDS)).isEqualTo(42);
        assertThat(pool.submit(plain).get(10, TimeUnit.SECONDS)).isEqualTo("plain");
        assertThat(pool.submit(action).get(10, TimeUnit.SECONDS)).isNull();
        Gate.await("action ran");
        assertThat(pool.submit((Runnable) action, "kept").get(10, TimeUnit.SECONDS))
                .isEqualTo("kept");
        pool.execute((RemoteRunnable) () -> Gate.open("executed"));
        Gate.await("executed");
    }

    @Test
    void aFailedCallHarmsNoOther() throws Exception {
        CompletableFuture<String> bad = pool.submit(FAILING);
        CompletableFuture<String> good = pool.submit(() -> "fine");

        assertThat(good.get(10, TimeUnit.SECONDS)).isEqualTo("fine");
        assertThat(bad)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(TaskFailedException.class)
                .havingCause()
                .isInstanceOf(IOException.class)
                .withMessage("no luck");
    }

    @Test
    void manyThreadsShareOneJobAndEachGetsItsOwnAnswer() throws Exception {
        List<CompletableFuture<List<String>>> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            String name = "thread " + thread + " call ";
            threads.add(Pools.Elsewhere.run(() -> callMany(name)).outcome());
        }
        for (int thread = 0; thread < 8; thread++) {
            List<String> answers = threads.get(thread).get(20, TimeUnit.SECONDS);
            for (int call = 0; call < answers.size(); call++) {
                assertThat(answers.get(call)).isEqualTo("thread " + thread + " call " + call);
            }
        }
        assertThat(node.nextJob().work()).isEqualTo(new Work.Calls());
        pool.submit(() -> 1).get(10, TimeUnit.SECONDS);
        assertThat(node.jobCount()).isEqualTo(1);
    }

    private List<String> callMany(String name) throws Exception {
        List<Future<String>> futures = new ArrayList<>();
        for (int call = 0; call < 300; call++) {
            int number = call;
            futures.add(pool.submit(() -> name + number));
        }
        List<String> answers = new ArrayList<>();
        for (Future<String> future : futures) {
            answers.add(future.get(20, TimeUnit.SECONDS));
        }
        return answers;
    }

    @Test
    void whatHangsOnACallMayWaitForOthers() throws Exception {
        CompletableFuture<Integer> sum = pool.submit(() -> 1)
                .thenApply(one -> one + pool.submit(() -> 2).join())
                .thenApply(three -> three + pool.map(item -> item, List.of(3)).get(0));

        assertThat(sum.get(10, TimeUnit.SECONDS)).isEqualTo(6);
    }

    @Test
    void whatCannotBeSerializedFailsAtTheCallAndNamesTheClass() throws Exception {
        Thread thread = Thread.currentThread();

        assertThatThrownBy(() -> pool.submit(() -> thread.getName()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Thread");
        assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThat(pool.submit(() -> "still fine").get(10, TimeUnit.SECONDS)).isEqualTo("still fine");
    }

    @Test
    void cancellingTheFutureOfACallStopsThatCallAndNoOther() throws Exception {
        CompletableFuture<String> first = pool.submit(STUCK);
        CompletableFuture<String> second = pool.submit(STUCK);
        CompletableFuture<String> third = pool.submit((Runnable) (RemoteRunnable) () -> {}, "kept");

        assertThat(second.cancel(false)).isTrue();
        assertThat(node.nextCancelledItem()).isEqualTo(1);
        assertThat(third.cancel(true)).isTrue();
        assertThat(node.nextCancelledItem()).isEqualTo(2);
        assertThat(first).isNotDone();
        assertThat(second).isCancelled();
    }

    @Test
    void cancellingWhatHasEndedTellsNobody() throws Exception {
        CompletableFuture<Integer> done = pool.submit(() -> 1);
        assertThat(done.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        CompletableFuture<String> stuck = pool.submit(STUCK);

        assertThat(done.cancel(true)).isFalse();
        assertThat(stuck.cancel(true)).isTrue();
        assertThat(stuck.cancel(true)).isTrue();
        assertThat(node.nextCancelledItem()).isEqualTo(1);
        assertThat(node.hasCancelledItem()).isFalse();
    }

    @Test
    void whatLosesARaceOfCallsIsStopped() throws Exception {
        node.close();
        node = FakeNode.withSlots(2);
        pool = Pools.of(node);

        assertThat(pool.invokeAny(List.of(STUCK, remote("fast")))).isEqualTo("fast");
        assertThat(node.nextCancelledItem()).isZero();
    }

    @Test
    void aLostConnectionFailsWhatWaitsAndWhatComesLater() {
        CompletableFuture<String> waiting = pool.submit(STUCK);
        node.breakConnections();

        assertThat(waiting)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClusterUnreachableException.class);
        assertThatThrownBy(() -> pool.submit(() -> 1)).isInstanceOf(ClusterUnreachableException.class);
        pool.close();
    }

    @Test
    void whenSomebodyCancelsTheJobOfTheCallsTheNextCallOpensAnother() throws Exception {
        CompletableFuture<String> waiting = pool.submit(STUCK);
        node.endJobs("");

        assertThat(waiting).failsWithin(10, TimeUnit.SECONDS);
        assertThat(waiting).isCancelled();
        assertThat(pool.submit(() -> "again").get(10, TimeUnit.SECONDS)).isEqualTo("again");
    }

    @Test
    void callsThatCanRunNowhereAreRejectedWithTheReason() {
        CompletableFuture<String> waiting = pool.submit(STUCK);
        node.endJobs("No executor of it comes up: bad JVM option");

        assertThat(waiting)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(JobRejectedException.class)
                .withMessageContaining("bad JVM option");
    }

    @Test
    void invokeAllGivesAnEndedFutureForEachTask() throws Exception {
        List<Future<String>> futures = pool.invokeAll(List.of(remote("a"), FAILING, remote("c")));

        assertThat(futures).allMatch(Future::isDone);
        assertThat(futures.get(0).get(10, TimeUnit.SECONDS)).isEqualTo("a");
        assertThatThrownBy(() -> futures.get(1).get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TaskFailedException.class);
        assertThat(futures.get(2).get(10, TimeUnit.SECONDS)).isEqualTo("c");
    }

    @Test
    void invokeAllCancelsWhatHasNotEndedInTime() throws Exception {
        List<Future<String>> futures = pool.invokeAll(List.of(remote("a"), STUCK), 2, TimeUnit.SECONDS);

        assertThat(futures.get(0).get(10, TimeUnit.SECONDS)).isEqualTo("a");
        assertThat(futures.get(1).isCancelled()).isTrue();
    }

    @Test
    void invokeAnyGivesASuccessWhateverFailedBefore() throws Exception {
        assertThat(pool.invokeAny(List.of(FAILING, FAILING, remote("won")), 10, TimeUnit.SECONDS))
                .isEqualTo("won");
        assertThat(pool.invokeAny(List.of(remote("first"), FAILING))).isEqualTo("first");
    }

    @Test
    void invokeAnyFailsOnlyWhenAllDo() {
        assertThatThrownBy(() -> pool.invokeAny(List.of(FAILING, FAILING)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TaskFailedException.class);
        assertThatThrownBy(() -> pool.invokeAny(List.<RemoteCallable<String>>of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.invokeAny(List.of(STUCK), 100, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    private static RemoteCallable<String> remote(String answer) {
        return () -> answer;
    }

    @Test
    void anInterruptedInvokeAllTakesItsTasksBack() throws Exception {
        RemoteCallable<String> stuck = () -> {
            Gate.open("all runs");
            Gate.await("never opened");
            return "";
        };
        var all = Pools.Elsewhere.run(() -> pool.invokeAll(List.of(stuck)));
        Gate.await("all runs");
        all.thread().interrupt();

        assertThat(all.outcome())
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InterruptedException.class);
        assertThat(node.nextCancelledItem()).isZero();
    }
}
