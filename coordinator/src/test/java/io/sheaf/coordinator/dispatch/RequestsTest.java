package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Source;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestsTest {
    private final Stage stage = new Stage();
    private final FakeClient client = stage.client();

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void aClientIsWelcomedAndToldHowManySlotsThereAre() throws Exception {
        assertThat(client.await(ToClient.Welcome.class)).isEqualTo(new ToClient.Welcome("0.1", 0));
        FakeWorker worker = stage.patient("one", 3);
        assertThat(client.await(ToClient.Capacity.class).slots()).isEqualTo(3);
        stage.coordinator.lost(worker, Stage.death(worker));
        assertThat(client.await(ToClient.Capacity.class).slots()).isZero();
    }

    @Test
    void anUnknownJobIsSaidToBeUnknown() throws Exception {
        stage.say(client, new FromClient.DescribeJob(8, new JobId(17)));
        ToClient.RequestFailed failed = client.await(ToClient.RequestFailed.class);
        assertThat(failed.request()).isEqualTo(8);
        assertThat(failed.problem()).isEqualTo(Problem.UNKNOWN_JOB);
        assertThat(failed.message()).contains("no job 17").contains("sheaf jobs");
    }

    @Test
    void aRangeThatCannotBeCountedIsRejected() throws Exception {
        stage.say(client, new FromClient.Submit(9, Stage.spec(new Source.Range(Long.MIN_VALUE, Long.MAX_VALUE), true)));
        assertThat(client.await(ToClient.RequestFailed.class).problem()).isEqualTo(Problem.REJECTED);
    }

    @Test
    void aDurableJobIsRejectedWhereNoJournalIsKept() throws Exception {
        JobSpec plain = Stage.spec(new Source.Range(0, 9), true);
        stage.say(
                client,
                new FromClient.Submit(
                        9,
                        new JobSpec(
                                plain.name(),
                                plain.work(),
                                plain.source(),
                                plain.code(),
                                plain.form(),
                                plain.policy(),
                                plain.initializer(),
                                true,
                                true)));
        ToClient.RequestFailed failed = client.await(ToClient.RequestFailed.class);
        assertThat(failed.problem()).isEqualTo(Problem.REJECTED);
        assertThat(failed.message()).contains("No journal is kept").contains("leave `durable` out");
    }

    @Test
    void itemsWithAGapFailTheJob() throws Exception {
        JobId job = stage.submit(client, new Source.Streamed(), true);
        stage.say(client, new FromClient.Items(job, Stage.segment(0, "a")));
        stage.say(client, new FromClient.Items(job, Stage.segment(2, "c")));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
        assertThat(ended.reason().orElseThrow()).contains("out of order");
    }

    @Test
    void aSourceThatEndsElsewhereThanItsItemsFailsTheJob() throws Exception {
        JobId job = stage.submit(client, new Source.Streamed(), true);
        stage.say(client, new FromClient.Items(job, Stage.segment(0, "a")));
        stage.say(client, new FromClient.ItemsEnded(job, 5));
        assertThat(client.await(ToClient.Ended.class).status().state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void aWatcherIsToldOfTheEndOnce() throws Exception {
        JobId job = stage.submitRange(client, 3, false);
        FakeClient watcher = stage.client();
        stage.say(watcher, new FromClient.Watch(4, job));
        assertThat(watcher.await(ToClient.Job.class).job().state()).isEqualTo(JobState.WAITING);
        stage.eager("one", 1);
        assertThat(watcher.await(ToClient.Ended.class).status().succeeded()).isEqualTo(3);
        stage.describe(watcher, job);
        assertThat(watcher.heard(ToClient.Ended.class)).hasSize(1);
        stage.say(watcher, new FromClient.Watch(5, job));
        assertThat(watcher.await(ToClient.Ended.class).status().state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void resultsOfADetachedJobComeInPagesInOrder() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 5, false);
        for (long done = 0; done < 5; ) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++, done++) {
                if (index == 2) {
                    worker.say(new FromWorker.Failed(job, grant.lease(), Stage.failure(worker, 2)));
                } else {
                    String value = index + "x".repeat(600_000);
                    worker.complete(grant, Stage.segment(index, value));
                }
            }
        }
        List<String> values = new ArrayList<>();
        List<Long> failures = new ArrayList<>();
        long from = 0;
        int pages = 0;
        boolean complete = false;
        while (!complete) {
            ToClient.Page page = stage.page(client, job, from);
            for (Segment segment : page.results()) {
                Object value = new SegmentReader(getClass().getClassLoader()).read(segment, segment.from());
                values.add(String.valueOf(value).substring(0, 2));
            }
            page.failures().stream().map(ItemFailure::index).forEach(failures::add);
            assertThat(page.next()).isGreaterThan(from);
            from = page.next();
            complete = page.complete();
            pages++;
        }
        assertThat(values).containsExactly("0x", "1x", "3x", "4x");
        assertThat(failures).containsExactly(2L);
        assertThat(pages).isBetween(2, 4);
    }

    @Test
    void aPageStopsAtTheFirstItemThatHasNotEnded() throws Exception {
        FakeWorker worker = stage.patient("one", 2);
        JobId job = stage.submitRange(client, 2, false);
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        ToWorker.Granted second = first.to() < 2 ? worker.await(ToWorker.Granted.class) : first;
        worker.complete(second, FakeWorker.nulls(1, 2));
        ToClient.Page page = stage.page(client, job, 0);
        assertThat(page.next()).isZero();
        assertThat(page.complete()).isFalse();
        worker.complete(first, FakeWorker.nulls(0, 1));
        assertThat(stage.page(client, job, 0).complete()).isTrue();
        assertThat(stage.page(client, job, 99).complete()).isTrue();
    }

    @Test
    void allResultsOfACancelledJobCanBeFetched() throws Exception {
        FakeWorker worker = stage.patient("one", 4);
        JobId job = stage.submitRange(client, 1_000, false);
        ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
        worker.complete(grant, FakeWorker.nulls(1, 2));
        worker.complete(grant, FakeWorker.nulls(3, 4));
        stage.say(client, new FromClient.Cancel(1, job));
        worker.await(ToWorker.StopJob.class);
        worker.say(new FromWorker.JobStopped(job));
        ToClient.Page page = stage.page(client, job, 0);
        assertThat(page.results()).extracting(Segment::from).containsExactly(1L, 3L);
        assertThat(page.complete()).isTrue();
    }

    @Test
    void resultsOfALiveJobAreNotKept() throws Exception {
        JobId job = stage.submitRange(client, 1, true);
        stage.say(client, new FromClient.FetchResults(6, job, 0));
        assertThat(client.await(ToClient.RequestFailed.class).problem()).isEqualTo(Problem.REJECTED);
    }

    @Test
    void theLogOfAJobIsBoundedAndSaysWhatItLost() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 1, false);
        worker.await(ToWorker.Granted.class);
        String text = "x".repeat(1 << 18);
        for (int i = 0; i < 8; i++) {
            worker.say(new FromWorker.Printed(job, new Output(0, false, text)));
        }
        stage.say(client, new FromClient.FetchLog(2, job, 0));
        ToClient.Log log = client.await(ToClient.Log.class);
        assertThat(log.printed()).hasSize(4);
        assertThat(log.lost()).isEqualTo(4L << 18);
        assertThat(log.next()).isEqualTo(8);
    }

    @Test
    void whatALiveJobPrintsIsPassedOn() throws Exception {
        FakeWorker worker = stage.patient("one", 1);
        JobId job = stage.submitRange(client, 1, true);
        worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.Printed(job, new Output(0, true, "hello")));
        assertThat(client.await(ToClient.Printed.class).output().text()).isEqualTo("hello");
    }

    @Test
    void workersAndClusterAreDescribed() throws Exception {
        FakeWorker worker = stage.patient("one", 2);
        stage.submitRange(client, 100, true);
        worker.await(ToWorker.Granted.class);
        stage.say(client, new FromClient.ListWorkers(1));
        ToClient.Workers workers = client.await(ToClient.Workers.class);
        assertThat(workers.workers()).singleElement().satisfies(status -> {
            assertThat(status.info().id()).isEqualTo(worker.id);
            assertThat(status.busy()).isEqualTo(2);
        });
        stage.say(client, new FromClient.DescribeCluster(2));
        ToClient.Cluster cluster = client.await(ToClient.Cluster.class);
        assertThat(cluster.slots()).isEqualTo(2);
        assertThat(cluster.jobs()).isEqualTo(1);
        assertThat(cluster.pid()).isEqualTo(42);
    }

    @Test
    void whoAsksAClosedCoordinatorIsToldSo() throws Exception {
        stage.coordinator.close();
        stage.say(client, new FromClient.ListJobs(31));
        ToClient.RequestFailed failed = client.await(ToClient.RequestFailed.class);
        assertThat(failed.request()).isEqualTo(31);
        assertThat(failed.problem()).isEqualTo(Problem.SHUTTING_DOWN);
    }
}
