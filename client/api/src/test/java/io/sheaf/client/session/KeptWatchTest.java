package io.sheaf.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.FakeNode;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeptWatchTest {
    private static final JobId JOB = new JobId(4);

    private final Told told = new Told();
    private FakeNode node;
    private Session session;

    @BeforeEach
    void start() throws IOException {
        node = FakeNode.withSlots(1);
        node.knows(Optional.of(status(1, JobState.RUNNING)));
        session = ReconnectingSession.open("the fake node", new Reconnection(Duration.ofSeconds(20)), lost -> {
            try {
                return SocketSession.openWatched("the fake node", node.connect(), "", lost, Optional::empty);
            } catch (IOException e) {
                throw new ClusterUnreachableException("no answer", e);
            }
        });
    }

    @AfterEach
    void stop() throws IOException {
        session.close();
        node.close();
    }

    private static JobStatus status(long submittedAt, JobState state) {
        OptionalLong never = OptionalLong.empty();
        return new JobStatus(JOB, "job", state, never, 0, 0, 0, 0, 0, submittedAt, never, Optional.empty());
    }

    private void follow() throws Exception {
        assertThat(session.watch(JOB, told).get(10, TimeUnit.SECONDS).id()).isEqualTo(JOB);
    }

    private void breakAndReturn() throws InterruptedException {
        node.breakConnections();
        assertThat(told.withheld.poll(10, TimeUnit.SECONDS)).contains("was lost");
    }

    @Test
    void aJobIsFollowedOverTheNextConnection() throws Exception {
        follow();
        breakAndReturn();
        assertThat(told.withheld.poll(10, TimeUnit.SECONDS)).isEmpty();
        node.tellAll(new ToClient.Ended(status(1, JobState.SUCCEEDED)));

        assertThat(told.end.get(10, TimeUnit.SECONDS).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(told.disconnections).hasValue(1);
    }

    @Test
    void aJobThatIsNotKnownAnyMoreEndsItSayingWhatToDo() throws Exception {
        follow();
        node.knows(Optional.empty());
        breakAndReturn();

        assertForgotten();
    }

    @Test
    void anotherJobUnderTheSameNumberIsNotTakenForIt() throws Exception {
        follow();
        node.knows(Optional.of(status(2, JobState.RUNNING)));
        breakAndReturn();

        assertForgotten();
        node.tellAll(new ToClient.Ended(status(2, JobState.SUCCEEDED)));
        assertThat(told.end).isCompletedExceptionally();
    }

    @Test
    void aJobThatIsNotKnownFromTheBeginningIsRefused() {
        node.knows(Optional.empty());

        assertThat(session.watch(JOB, told))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(RequestFailedException.class)
                .withMessageContaining("no job 4");
    }

    @Test
    void closingTheSessionTellsWhoFollows() throws Exception {
        follow();
        session.close();

        assertThat(told.end)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ClusterUnreachableException.class);
    }

    private void assertForgotten() {
        assertThat(told.end)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        RequestFailedException.class,
                        why -> assertThat(why.problem()).isEqualTo(Problem.UNKNOWN_JOB))
                .withMessageContaining("does not know job 4 any more")
                .withMessageContaining("submit it again");
    }

    /** What a follower was told. */
    private static final class Told implements JobListener {
        final CompletableFuture<JobStatus> end = new CompletableFuture<>();
        final LinkedBlockingQueue<String> withheld = new LinkedBlockingQueue<>();
        final AtomicInteger disconnections = new AtomicInteger();

        @Override
        public void withheld(String why) {
            withheld.add(why);
        }

        @Override
        public void disconnected(ClusterUnreachableException why) {
            disconnections.incrementAndGet();
        }

        @Override
        public void ended(JobStatus status) {
            end.complete(status);
        }

        @Override
        public void forgotten(RequestFailedException why) {
            end.completeExceptionally(why);
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            end.completeExceptionally(why);
        }
    }
}
