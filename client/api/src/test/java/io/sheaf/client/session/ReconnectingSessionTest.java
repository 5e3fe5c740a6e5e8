package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.RemoteFunction;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReconnectingSessionTest {
    private static final CodeFiles NO_CODE = new CodeFiles(new Bundle(List.of()), Map.of());
    private static final Semaphore PERMITS = new Semaphore(0);

    private final Told told = new Told();
    private FakeNode node;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws IOException {
        PERMITS.drainPermits();
        node = FakeNode.withSlots(2);
        address = (InetSocketAddress) node.address();
    }

    @AfterEach
    void stop() throws IOException {
        PERMITS.release(1_000_000);
        node.close();
    }

    @Test
    void aJobWhoseConnectionBreaksGoesOnAndTellsEachEndOnce() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            JobHandle job = submit(session, gated());
            for (long from = 0; from < 60; from += 4) {
                job.send(Segment.ofLongs(from, 4, from));
            }
            PERMITS.release(20);
            told.awaitEnds(20);
            node.breakConnections();
            told.awaitWithheld("was lost");
            told.awaitWithheld("");
            job.send(Segment.ofLongs(60, 40, 60));
            job.end(100);
            PERMITS.release(1000);

            JobStatus end = told.end.get(20, TimeUnit.SECONDS);
            assertThat(told.values).hasSize(100);
            told.values.forEach((index, value) -> assertThat(value).isEqualTo(String.valueOf(index)));
            assertThat(told.doubled).isEmpty();
            assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
            assertThat(end.total()).hasValue(100);
            assertThat(end.succeeded()).isEqualTo(100);
        }
    }

    @Test
    void aJobOutlivesACoordinatorThatIsStartedAgain() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            JobHandle job = submit(session, gated());
            job.send(Segment.ofLongs(0, 10, 0));
            job.end(10);
            PERMITS.release(4);
            told.awaitEnds(4);
            node.close();
            told.awaitWithheld("was lost");
            node = listenAgain("");
            PERMITS.release(1000);

            told.end.get(20, TimeUnit.SECONDS);
            assertThat(told.values).hasSize(10);
            assertThat(told.doubled).isEmpty();
        }
    }

    @Test
    void aFailureBeforeTheLossStillCounts() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            RemoteFunction<Long, Long> picky = item -> {
                if (item == 1) {
                    throw new IllegalStateException("one");
                }
                if (item > 1) {
                    PERMITS.acquire();
                }
                return item;
            };
            JobHandle job = submit(session, picky);
            job.send(Segment.ofLongs(0, 2, 0));
            told.awaitEnds(2);
            job.send(Segment.ofLongs(2, 1, 2));
            job.end(3);
            node.breakConnections();
            told.awaitWithheld("");
            PERMITS.release(1000);

            JobStatus end = told.end.get(20, TimeUnit.SECONDS);
            assertThat(end.state()).isEqualTo(JobState.FAILED);
            assertThat(end.failed()).isEqualTo(1);
            assertThat(told.values).containsOnlyKeys(0L, 1L, 2L).containsEntry(1L, "failed");
        }
    }

    @Test
    void anItemTakenBackIsStoppedUnderItsOwnNumber() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            JobHandle job = submit(session, gated());
            job.send(Segment.ofLongs(0, 4, 0));
            PERMITS.release(1);
            told.awaitEnds(1);
            node.breakConnections();
            told.awaitWithheld("");
            // What follows is told only after what was unfinished has been sent again.
            job.send(Segment.ofLongs(4, 1, 4));
            job.cancelItem(4);

            assertThat(node.nextCancelledItem()).isEqualTo(4);
        }
    }

    @Test
    void afterTheLimitWhatWaitsFailsSayingWhyAndWhatToDo() throws Exception {
        try (Session session = open(Duration.ofMillis(700))) {
            JobHandle job = submit(session, gated());
            job.send(Segment.ofLongs(0, 4, 0));
            long from = System.nanoTime();
            node.close();

            assertThat(told.end)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ClusterUnreachableException.class)
                    .withMessageContaining("700 ms")
                    .withMessageContaining("SHEAF_RECONNECT");
            assertThat(System.nanoTime() - from).isLessThan(TimeUnit.MILLISECONDS.toNanos(2_700));
            job.send(Segment.ofLongs(4, 1, 4));
            assertThat(session.ask(ToClient.Jobs.class, FromClient.ListJobs::new))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ClusterUnreachableException.class);
        }
    }

    @Test
    void whatIsAskedAfterTheLimitStartsOver() throws Exception {
        try (Session session = open(Duration.ofMillis(300))) {
            submit(session, gated());
            node.close();
            assertThat(told.end).failsWithin(10, TimeUnit.SECONDS);
            node = listenAgain("");

            assertThat(session.ask(ToClient.Jobs.class, FromClient.ListJobs::new))
                    .succeedsWithin(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aRefusalEndsTheAttemptsAtOnce() throws Exception {
        try (Session session = open(Duration.ofMinutes(10))) {
            submit(session, gated());
            node.close();
            node = listenAgain("another token");

            assertThat(told.end)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ClusterUnreachableException.class)
                    .withMessageContaining("refused");
        }
    }

    @Test
    void closingWhileThereIsNoConnectionReturnsAtOnceAndTellsTheJobs() throws Exception {
        Session session = open(Duration.ofMinutes(10));
        submit(session, gated());
        node.close();
        told.awaitWithheld("was lost");
        session.close();

        assertThat(told.end)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClusterUnreachableException.class)
                .withMessageContaining("closed");
    }

    @Test
    void aJobThatIsCancelledWhileThereIsNoConnectionEndsAtOnce() throws Exception {
        try (Session session = open(Duration.ofMinutes(10))) {
            JobHandle job = submit(session, gated());
            node.close();
            told.awaitWithheld("was lost");
            job.cancel();

            assertThat(told.end.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.CANCELLED);
            node = listenAgain("");
            assertThat(session.ask(ToClient.Jobs.class, FromClient.ListJobs::new))
                    .succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(node.jobCount()).isZero();
        }
    }

    @Test
    void aQuestionThatOnlyReadsIsAskedAgainAndOneThatChangesSomethingFails() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            node.fallSilent();
            var read = session.ask(ToClient.Jobs.class, FromClient.ListJobs::new);
            var change = session.ask(ToClient.Job.class, n -> new FromClient.Cancel(n, new JobId(1)));
            node.close();
            node = listenAgain("");

            assertThat(read).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(change)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ClusterUnreachableException.class);
        }
    }

    @Test
    void aJobSubmittedWhileThereIsNoConnectionStartsOnceThereIs() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            node.close();
            var submitted = session.submit(spec(gated()), NO_CODE, told);
            node = listenAgain("");
            JobHandle job = submitted.get(20, TimeUnit.SECONDS);
            PERMITS.release(1000);
            job.send(Segment.ofLongs(0, 3, 0));
            job.end(3);

            told.end.get(20, TimeUnit.SECONDS);
            assertThat(told.values).hasSize(3);
        }
    }

    @Test
    void howeverOftenTheConnectionBreaksEachItemEndsOnce() throws Exception {
        int items = 4_000;
        node.limitCredit(1 << 20);
        try (Session session = open(Duration.ofSeconds(50))) {
            JobHandle job = submit(session, item -> item);
            Feed feed = new Feed();
            Thread feeding = new Thread(() -> feed.run(job));
            feeding.start();
            for (long i = 0; i < items; i++) {
                feed.add(i);
                if (i % 1_000 == 700) {
                    told.awaitEnds(100);
                    node.breakConnections();
                }
            }
            feed.end();

            JobStatus end = told.end.get(50, TimeUnit.SECONDS);
            assertThat(end.succeeded()).isEqualTo(items);
            assertThat(told.values).hasSize(items);
            told.values.forEach((index, value) -> assertThat(value).isEqualTo(String.valueOf(index)));
            assertThat(told.doubled).isEmpty();
            feeding.join(TimeUnit.SECONDS.toMillis(10));
            assertThat(feeding.isAlive()).isFalse();
        }
    }

    @Test
    void aJobThatEndsAtOnceWasAcceptedAllTheSame() throws Exception {
        try (Session session = open(Duration.ofSeconds(20))) {
            for (int i = 0; i < 500; i++) {
                Told one = new Told();
                var accepted = session.submit(spec(gated(), new Source.Range(1, 0)), NO_CODE, one);
                assertThat(accepted).succeedsWithin(10, TimeUnit.SECONDS);
                assertThat(one.end.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.SUCCEEDED);
            }
        }
    }

    @Test
    void withoutALimitNothingIsTriedAgain() throws Exception {
        try (Session session = open(Duration.ZERO)) {
            submit(session, gated());
            node.breakConnections();

            assertThat(told.end).failsWithin(10, TimeUnit.SECONDS);
            assertThat(session).isInstanceOf(SocketSession.class);
        }
    }

    private Session open(Duration limit) {
        return ReconnectingSession.open("the fake node", new Reconnection(limit), lost -> {
            try {
                return SocketSession.openWatched(
                        "the fake node", Transport.of(SocketChannel.open(address)), "", lost, Optional::empty);
            } catch (IOException e) {
                throw new ClusterUnreachableException("no answer", e);
            }
        });
    }

    /** The port is free only once the thread that accepted there has noticed. */
    private FakeNode listenAgain(String token) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (true) {
            try {
                return FakeNode.listening(address, 2, token);
            } catch (BindException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    private static RemoteFunction<Long, Long> gated() {
        return item -> {
            PERMITS.acquire();
            return item;
        };
    }

    private JobHandle submit(Session session, RemoteFunction<Long, Long> function) throws Exception {
        return session.submit(spec(function), NO_CODE, told).get(10, TimeUnit.SECONDS);
    }

    private static JobSpec spec(RemoteFunction<Long, Long> function) throws IOException {
        return spec(function, new Source.Streamed());
    }

    private static JobSpec spec(RemoteFunction<Long, Long> function, Source source) throws IOException {
        return new JobSpec(
                "gated",
                new Work.Closure(JavaSerialization.write(function)),
                source,
                NO_CODE.bundle(),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                true,
                false);
    }

    /** What a listener was told. */
    private static final class Told implements JobListener {
        final ConcurrentSkipListMap<Long, String> values = new ConcurrentSkipListMap<>();
        final List<Long> doubled = new CopyOnWriteArrayList<>();
        final CompletableFuture<JobStatus> end = new CompletableFuture<>();
        final Semaphore ends = new Semaphore(0);
        final LinkedBlockingQueue<String> withheld = new LinkedBlockingQueue<>();

        void awaitEnds(int count) throws InterruptedException {
            assertThat(ends.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
        }

        void awaitWithheld(String part) throws InterruptedException {
            String next = withheld.poll(20, TimeUnit.SECONDS);
            while (next != null && !(part.isEmpty() ? next.isEmpty() : next.contains(part))) {
                next = withheld.poll(20, TimeUnit.SECONDS);
            }
            assertThat(next).isNotNull();
        }

        private void enter(long index, String value) {
            if (values.put(index, value) != null) {
                doubled.add(index);
            }
            ends.release();
        }

        @Override
        public void results(Segment results) {
            SegmentReader reader = new SegmentReader(Told.class.getClassLoader());
            for (long index = results.from(); index < results.to(); index++) {
                try {
                    enter(index, String.valueOf(reader.read(results, index)));
                } catch (IOException | ClassNotFoundException e) {
                    enter(index, e.toString());
                }
            }
        }

        @Override
        public void failed(ItemFailure failure) {
            enter(failure.index(), "failed");
        }

        @Override
        public void withheld(String why) {
            withheld.add(why);
        }

        @Override
        public void ended(JobStatus status) {
            end.complete(status);
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            end.completeExceptionally(why);
        }
    }
}
