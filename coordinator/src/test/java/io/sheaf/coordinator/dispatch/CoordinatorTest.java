package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Source;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoordinatorTest {
    private final Stage stage = new Stage();
    private final FakeClient client = stage.client();

    @AfterEach
    void close() {
        stage.close();
    }

    private Intervals delivered(JobId job) {
        Intervals delivered = new Intervals();
        for (ToClient.Results results : client.heard(ToClient.Results.class)) {
            Segment segment = results.results();
            assertThat(results.job()).isEqualTo(job);
            assertThat(delivered.gaps(segment.from(), segment.to()))
                    .as("results that came before come again")
                    .containsExactly(new Intervals.Range(segment.from(), segment.to()));
            delivered.add(segment.from(), segment.to());
        }
        return delivered;
    }

    @Test
    void eachResultOfALiveJobReachesItsClientOnce() throws Exception {
        stage.eager("one", 2);
        stage.eager("two", 2);
        JobId job = stage.submitRange(client, 10_000, true);
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended.succeeded()).isEqualTo(10_000);
        assertThat(delivered(job).ranges()).containsExactly(new Intervals.Range(0, 10_000));
    }

    @Test
    void streamedItemsTravelWithTheirLease() throws Exception {
        FakeWorker worker = stage.patient("one", 4);
        JobId job = stage.submit(client, new Source.Streamed(), true);
        Segment items = Stage.segment(0, "a", "b", "c", "d");
        stage.say(client, new FromClient.Items(job, items));
        assertThat(worker.await(ToWorker.JobOpened.class).job()).isEqualTo(job);
        ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
        assertThat(grant.items()).isEqualTo(List.of(items.slice(grant.from(), grant.to())));
        stage.say(client, new FromClient.ItemsEnded(job, 4));
        worker.complete(grant);
        for (long done = grant.to(); done < 4; ) {
            ToWorker.Granted next = worker.await(ToWorker.Granted.class);
            worker.complete(next);
            done += next.to() - next.from();
        }
        assertThat(client.await(ToClient.Ended.class).status().state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(worker.await(ToWorker.CloseJob.class).job()).isEqualTo(job);
    }

    @Test
    void whatALostWorkerHadIsRunElsewhereAndCountedToTheEnd() throws Exception {
        FakeWorker lost = stage.patient("one", 2);
        JobId job = stage.submitRange(client, 2, true);
        lost.await(ToWorker.Granted.class);
        stage.coordinator.lost(lost, Stage.death(lost));
        stage.eager("two", 2);
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended.requeued()).isEqualTo(2);
        assertThat(delivered(job).size()).isEqualTo(2);
    }

    @Test
    void aSmallJobDoesNotQueueAtOneWorkerWhileAnotherIsIdle() throws Exception {
        FakeWorker one = stage.patient("one", 4);
        FakeWorker two = stage.patient("two", 4);
        stage.submitRange(client, 8, true);
        long first = 0;
        long second = 0;
        while (first + second < 8) {
            if (first <= second) {
                ToWorker.Granted grant = one.await(ToWorker.Granted.class);
                first += grant.to() - grant.from();
            } else {
                ToWorker.Granted grant = two.await(ToWorker.Granted.class);
                second += grant.to() - grant.from();
            }
        }
        assertThat(first).isEqualTo(4);
        assertThat(second).isEqualTo(4);
    }

    @Test
    void whatIsReportedTwiceIsDeliveredOnce() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 2, true);
        ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
        worker.complete(grant);
        worker.complete(grant);
        worker.complete(worker.await(ToWorker.Granted.class));
        client.await(ToClient.Ended.class);
        assertThat(delivered(job).size()).isEqualTo(2);
    }

    @Test
    void aFailedItemDoesNotTouchItsNeighbours() throws Exception {
        FakeWorker worker = stage.patient("one", 4);
        JobId job = stage.submitRange(client, 3, true);
        for (long done = 0; done < 3; ) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++, done++) {
                if (index == 1) {
                    worker.say(new FromWorker.Failed(job, grant.lease(), Stage.failure(worker, 1)));
                } else {
                    worker.complete(grant, FakeWorker.nulls(index, index + 1));
                }
            }
        }
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.succeeded()).isEqualTo(2);
        assertThat(ended.failed()).isEqualTo(1);
        assertThat(client.heard(ToClient.Failed.class)).hasSize(1);
        assertThat(delivered(job).ranges()).containsExactly(new Intervals.Range(0, 1), new Intervals.Range(2, 3));
    }

    @Test
    void aCancelledJobHasEndedOnceItsWorkersHaveConfirmed() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 10, true);
        worker.await(ToWorker.Granted.class);
        stage.say(client, new FromClient.Cancel(77, job));
        assertThat(client.await(ToClient.Job.class).job().state()).isEqualTo(JobState.CANCELLING);
        assertThat(worker.await(ToWorker.StopJob.class).job()).isEqualTo(job);
        worker.say(new FromWorker.JobStopped(job));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
        assertThat(ended.reason()).isPresent();
    }

    @Test
    void liveJobsEndWithTheirClient() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 10, true);
        worker.await(ToWorker.Granted.class);
        stage.coordinator.closed(client);
        assertThat(worker.await(ToWorker.StopJob.class).job()).isEqualTo(job);
        worker.say(new FromWorker.JobStopped(job));
        assertThat(stage.describe(stage.client(), job).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void aDetachedJobOutlivesItsClient() throws Exception {
        JobId job = stage.submitRange(client, 10, false);
        stage.coordinator.closed(client);
        stage.eager("one", 1);
        FakeClient other = stage.client();
        stage.say(other, new FromClient.Watch(5, job));
        if (!other.await(ToClient.Job.class).job().state().ended()) {
            other.await(ToClient.Ended.class);
        }
        assertThat(stage.page(other, job, 0).next()).isEqualTo(10);
    }

    @Test
    void aClientThatIsGoneStartsNothing() throws Exception {
        FakeClient gone = stage.client();
        stage.coordinator.closed(gone);
        stage.say(gone, new FromClient.Submit(1, Stage.spec(new Source.Range(1, 5), true)));
        stage.say(client, new FromClient.ListJobs(2));
        assertThat(client.await(ToClient.Jobs.class).jobs()).isEmpty();
    }

    @Test
    void aSecondRegistrationReplacesTheFirst() throws Exception {
        FakeWorker first = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 1, true);
        ToWorker.Granted grant = first.await(ToWorker.Granted.class);
        FakeWorker second = stage.patient("one", 1);
        second.await(ToWorker.Granted.class);
        assertThat(first.closed).isTrue();
        first.complete(grant);
        stage.coordinator.lost(first, Stage.death(first));
        assertThat(stage.describe(client, job).state()).isEqualTo(JobState.RUNNING);
        stage.say(client, new FromClient.ListWorkers(3));
        assertThat(client.await(ToClient.Workers.class).workers()).hasSize(1);
    }

    @Test
    void whatAnEarlierCoordinatorWasOwedIsNotTakenForThisOnes() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 1, true);
        ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
        LeaseId old = new LeaseId(Stage.EPOCH - 1, grant.lease().number());
        worker.say(new FromWorker.Completed(job, old, FakeWorker.nulls(0, 1), 1));
        worker.say(new FromWorker.Failed(job, old, Stage.failure(worker, 0)));
        assertThat(stage.describe(client, job).state()).isEqualTo(JobState.RUNNING);
        worker.complete(grant);
        assertThat(client.await(ToClient.Ended.class).status().state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aJobThatCannotRunFailsWithTheReason() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 5, true);
        worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.CannotRun(job, "There is no class x.Y; add --jar."));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.reason()).contains("There is no class x.Y; add --jar.");
    }

    @Test
    void codeComesFromTheSupply() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        CodeId id = new CodeId("0".repeat(64));
        worker.say(new FromWorker.CodeWanted(id));
        assertThat(stage.supplied.poll(10, TimeUnit.SECONDS)).isEqualTo(id);
    }

    @Test
    void anErrorInTheLoopEndsTheProcessAndNotJustTheThread() throws Exception {
        FakeClient broken = new FakeClient() {
            @Override
            public void send(ToClient message) {
                throw new IllegalStateException("broken");
            }
        };
        stage.coordinator.opened(broken, Optional.empty());
        assertThat(stage.fatal.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLiveJobTellsItsProgressAFewTimesASecond() throws Exception {
        long began = System.nanoTime();
        FakeWorker worker = stage.patient("one", 1);
        stage.submitRange(client, 2_000, true);
        for (long done = 0; done < 2_000; ) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++, done++) {
                worker.complete(grant, FakeWorker.nulls(index, index + 1));
            }
        }
        client.await(ToClient.Ended.class);
        long fifths = (System.nanoTime() - began) / 200_000_000;
        assertThat(client.heard(ToClient.Progress.class)).hasSizeLessThanOrEqualTo((int) fifths + 2);
    }
}
