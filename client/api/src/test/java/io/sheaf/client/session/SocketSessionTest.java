package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.RemoteFunction;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketSessionTest {
    private static final CodeFiles NO_CODE = new CodeFiles(new Bundle(List.of()), Map.of());

    @TempDir
    Path directory;

    private FakeNode node;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(3);
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
    }

    @Test
    void anOpenSessionKnowsTheSlotsOfTheCluster() throws IOException {
        try (Session session = open("")) {
            assertThat(session.slots()).isEqualTo(3);
        }
    }

    @Test
    void aWrongTokenIsRefusedAsNotAuthenticated() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (FakeNode guarded = FakeNode.listening(any, 1, "secret")) {
            assertThatThrownBy(() -> SocketSession.open("the fake node", guarded.connect(), "guess"))
                    .isInstanceOfSatisfying(
                            RequestFailedException.class,
                            e -> assertThat(e.problem()).isEqualTo(Problem.NOT_AUTHENTICATED));
        }
    }

    @Test
    void aRefusedQuestionSaysWhy() throws IOException {
        try (Session session = open("")) {
            assertThat(session.ask(ToClient.Job.class, n -> new FromClient.DescribeJob(n, new JobId(77))))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(RequestFailedException.class)
                    .withMessageContaining("77");
        }
    }

    @Test
    void aListenerThatThrowsHarmsNoOther() throws Exception {
        try (Session session = open("")) {
            JobHandle bad = session.submit(job(NO_CODE), NO_CODE, new Counting() {
                        @Override
                        public void results(Segment results) {
                            throw new IllegalStateException("a listener's own fault");
                        }
                    })
                    .get(10, TimeUnit.SECONDS);
            bad.send(Segment.ofLongs(0, 5, 0));
            bad.end(5);
            Counting counting = new Counting();
            JobHandle good = session.submit(job(NO_CODE), NO_CODE, counting).get(10, TimeUnit.SECONDS);
            good.send(Segment.ofLongs(0, 5, 0));
            good.end(5);

            assertThat(counting.end).succeedsWithin(10, TimeUnit.SECONDS);
            assertThat(counting.results).hasValue(5);
        }
    }

    @Test
    void allListenersHearOfALostConnectionEvenWhenOneThrows() throws Exception {
        try (Session session = open("")) {
            List<Counting> listeners = List.of(new Throwing(), new Counting(), new Throwing(), new Counting());
            for (Counting listener : listeners) {
                session.submit(job(NO_CODE), NO_CODE, listener).get(10, TimeUnit.SECONDS);
            }
            node.breakConnections();

            for (Counting listener : listeners) {
                assertThat(listener.end).failsWithin(10, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void aQuestionUnderWayFailsWhenTheConnectionEnds() throws IOException {
        try (Session session = open("")) {
            node.fallSilent();
            var answer = session.ask(ToClient.Jobs.class, FromClient.ListJobs::new);
            node.breakConnections();

            assertUnreachable(answer);
        }
    }

    @Test
    void aQuestionAfterTheEndFailsAtOnce() throws Exception {
        Session session = open("");
        session.close();
        node.clientGone().get(10, TimeUnit.SECONDS);

        assertUnreachable(session.ask(ToClient.Jobs.class, FromClient.ListJobs::new));
    }

    @Test
    void codeThatTheCoordinatorLacksIsUploadedWholeAndOnce() throws Exception {
        node.wantCode();
        byte[] contents = new byte[2 * ClientConversation.CODE_PART + 17];
        new Random(7).nextBytes(contents);
        CodeFiles code = code(Files.write(directory.resolve("a.jar"), contents));
        try (Session session = open("")) {
            session.submit(job(code), code, new Counting()).get(10, TimeUnit.SECONDS);
            session.submit(job(code), code, new Counting()).get(10, TimeUnit.SECONDS);
        }

        assertThat(node.code().values()).containsExactly(contents);
    }

    @Test
    void anEmptyFileIsUploadedToo() throws Exception {
        node.wantCode();
        CodeFiles code = code(Files.createFile(directory.resolve("empty.jar")));
        try (Session session = open("")) {
            session.submit(job(code), code, new Counting()).get(10, TimeUnit.SECONDS);
        }

        assertThat(node.code().values()).containsExactly(new byte[0]);
    }

    @Test
    void codeThatHasGoneFailsItsJobAndNoOtherRequest() throws Exception {
        node.wantCode();
        Path jar = Files.write(directory.resolve("gone.jar"), new byte[] {1, 2, 3});
        CodeFiles code = code(jar);
        Files.delete(jar);
        try (Session session = open("")) {
            var unanswered = session.ask(ToClient.Cluster.class, FromClient.DescribeCluster::new);
            assertThat(session.submit(job(code), code, new Counting()))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(RequestFailedException.class)
                    .withMessageContaining("gone.jar");
            assertThat(unanswered).isNotDone();
        }
    }

    @Test
    void theNumberOfSlotsFollowsTheCluster() throws Exception {
        try (Session session = open("")) {
            node.tellAll(new ToClient.Capacity(12));
            session.ask(ToClient.Jobs.class, FromClient.ListJobs::new).get(10, TimeUnit.SECONDS);

            assertThat(session.slots()).isEqualTo(12);
        }
    }

    private Session open(String token) throws IOException {
        return SocketSession.open("the fake node", node.connect(), token);
    }

    private static void assertUnreachable(CompletableFuture<?> answer) {
        assertThat(answer)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClusterUnreachableException.class)
                .withMessageContaining("the fake node");
    }

    private static CodeFiles code(Path jar) throws IOException {
        CodeId id = CodeId.of(jar);
        CodeFile file = new CodeFile(id, jar.getFileName().toString(), Files.size(jar), jar.toString());
        return new CodeFiles(new Bundle(List.of(file)), Map.of(id, jar));
    }

    private static JobSpec job(CodeFiles code) throws IOException {
        RemoteFunction<Long, Long> same = item -> item;
        Work work = new Work.Closure(JavaSerialization.write(same));
        return new JobSpec(
                "same",
                work,
                new Source.Streamed(),
                code.bundle(),
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                true,
                false);
    }

    private static class Counting implements JobListener {
        final AtomicLong results = new AtomicLong();
        final CompletableFuture<JobStatus> end = new CompletableFuture<>();

        @Override
        public void results(Segment segment) {
            results.addAndGet(segment.count());
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

    private static final class Throwing extends Counting {
        @Override
        public void lost(ClusterUnreachableException why) {
            super.lost(why);
            throw new IllegalStateException("a listener's own fault");
        }
    }
}
