package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that ends, and another that goes on with its journal. */
class RestartTest {
    private static final Source.Range THREE = new Source.Range(1, 3);
    private static final Source.Streamed STREAM = new Source.Streamed();

    @TempDir
    Path journal;

    private Stage stage;
    private FakeClient client;

    @BeforeEach
    void start() {
        stage = Stage.keeping(journal);
        client = stage.client();
    }

    @AfterEach
    void end() {
        stage.close();
    }

    private void restart() {
        end();
        start();
    }

    private ToClient.Accepted submit(long request, JobSpec spec, Optional<String> key) throws InterruptedException {
        return submit(request, spec, key, Headway.NONE);
    }

    private ToClient.Accepted submit(long request, JobSpec spec, Optional<String> key, Headway headway)
            throws InterruptedException {
        stage.say(client, new FromClient.Submit(request, spec, headway, key));
        ToClient.Accepted accepted = client.await(ToClient.Accepted.class);
        assertThat(accepted.request()).isEqualTo(request);
        return accepted;
    }

    private static JobSpec durable(Source source, boolean live) {
        JobSpec spec = Stage.spec(source, live);
        return new JobSpec(
                spec.name(),
                spec.work(),
                spec.source(),
                spec.code(),
                spec.form(),
                spec.policy(),
                spec.initializer(),
                live,
                true);
    }

    private static HeldLease held(ToWorker.Granted grant) {
        return new HeldLease(grant.lease(), grant.job(), grant.from(), grant.to());
    }

    @Test
    void aJobGoesOnWhereItWas() throws Exception {
        JobId job = stage.submitRange(client, 3, false);
        FakeWorker worker = stage.patient("w", 1);
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.Completed(job, first.lease(), Segment.ofLongs(0, 1, 10), 1));
        stage.describe(client, job);
        restart();

        JobStatus status = stage.describe(client, job);
        assertThat(status.succeeded()).isEqualTo(1);
        assertThat(status.state()).isEqualTo(JobState.RUNNING);
        FakeWorker again = stage.patient("w", 1);
        ToWorker.Granted rest = again.await(ToWorker.Granted.class);
        assertThat(rest.from()).isEqualTo(1);
        assertThat(rest.lease().epoch()).isGreaterThan(first.lease().epoch());
        while (stage.describe(client, job).succeeded() < 3) {
            again.complete(rest, Segment.ofLongs(rest.from(), (int) (rest.to() - rest.from()), 10 + rest.from()));
            if (stage.describe(client, job).succeeded() < 3) {
                rest = again.await(ToWorker.Granted.class);
            }
        }
        ToClient.Page page = stage.page(client, job, 0);
        assertThat(page.complete()).isTrue();
        assertThat(page.results().get(0)).isEqualTo(Segment.ofLongs(0, 1, 10));
    }

    @Test
    void whatAWorkerStillRunsIsItsOwn() throws Exception {
        JobId job = stage.submitRange(client, 1, false);
        ToWorker.Granted lease = stage.patient("w", 1).await(ToWorker.Granted.class);
        restart();

        FakeWorker again = FakeWorker.patient(stage.coordinator, "w", 1).register(held(lease));
        assertThat(again.await(ToWorker.Registered.class).keep()).containsExactly(lease.lease());
        again.complete(lease);
        assertThat(stage.describe(client, job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(again.unread()).noneMatch(ToWorker.Granted.class::isInstance);
    }

    @Test
    void resultsAndFailuresAndOutputOfAJobThatHasEndedAreStillThere() throws Exception {
        JobId job = stage.submitRange(client, 3, false);
        FakeWorker worker = stage.patient("w", 3);
        long succeeded = 0;
        while (stage.describe(client, job).state() != JobState.FAILED) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++) {
                if (index == 1) {
                    worker.say(new FromWorker.Failed(job, grant.lease(), Stage.failure(worker, 1)));
                } else {
                    worker.say(new FromWorker.Printed(job, new Output(index, false, "item " + index + "\n")));
                    worker.say(new FromWorker.Completed(job, grant.lease(), Segment.ofLongs(index, 1, index), 1));
                    succeeded++;
                }
            }
        }
        JobStatus before = stage.describe(client, job);
        ToClient.Page page = stage.page(client, job, 0);
        restart();

        assertThat(succeeded).isEqualTo(2);
        assertThat(stage.describe(client, job)).isEqualTo(before);
        ToClient.Page after = stage.page(client, job, 0);
        assertThat(after.results()).isEqualTo(page.results());
        assertThat(after.failures()).isEqualTo(page.failures());
        stage.say(client, new FromClient.FetchLog(70, job, 0));
        assertThat(client.await(ToClient.Log.class).printed()).hasSize(2);
    }

    @Test
    void itemsThatHadComeNeedNotBeSentAgain() throws Exception {
        ToClient.Accepted first = submit(1, Stage.spec(STREAM, false), Optional.of("k"));
        assertThat(first.arrived()).isZero();
        stage.say(client, new FromClient.Items(first.job(), Stage.segment(0, "a", "b")));
        stage.describe(client, first.job());
        restart();

        ToClient.Accepted again = submit(2, Stage.spec(STREAM, false), Optional.of("k"));
        assertThat(again.job()).isEqualTo(first.job());
        assertThat(again.arrived()).isEqualTo(2);
        assertThat(again.credit()).isPositive();
        stage.say(client, new FromClient.Items(first.job(), Stage.segment(2, "c")));
        stage.say(client, new FromClient.ItemsEnded(first.job(), 3));
        assertThat(stage.describe(client, first.job()).total()).hasValue(3);
        FakeWorker worker = stage.patient("w", 1);
        assertThat(worker.await(ToWorker.Granted.class).items().get(0))
                .isEqualTo(Stage.segment(0, "a", "b").slice(0, 1));
    }

    @Test
    void whatIsSubmittedAgainUnderItsKeyIsOneJob() throws Exception {
        JobId first = submit(1, Stage.spec(THREE, false), Optional.of("k")).job();
        assertThat(submit(2, Stage.spec(THREE, false), Optional.of("k")).job()).isEqualTo(first);
        restart();
        assertThat(submit(3, Stage.spec(THREE, false), Optional.of("k")).job()).isEqualTo(first);
        assertThat(submit(4, Stage.spec(THREE, false), Optional.of("other")).job())
                .isNotEqualTo(first);
    }

    @Test
    void aKeyIsNotGivenToOtherWork() throws Exception {
        submit(1, Stage.spec(THREE, false), Optional.of("k"));
        stage.say(
                client,
                new FromClient.Submit(2, Stage.spec(new Source.Range(1, 4), false), Headway.NONE, Optional.of("k")));
        ToClient.RequestFailed failed = client.await(ToClient.RequestFailed.class);
        assertThat(failed.problem()).isEqualTo(Problem.REJECTED);
        assertThat(failed.message()).contains("under the id k with other work").contains("job forget");
    }

    @Test
    void numbersOfJobsNeverBeginAgain() throws Exception {
        JobId live = stage.submitRange(client, 3, true);
        JobId kept = stage.submitRange(client, 3, false);
        restart();
        JobId next = stage.submitRange(client, 3, true);
        assertThat(next.number()).isGreaterThan(live.number()).isGreaterThan(kept.number());
    }

    @Test
    void aLiveJobThatIsNotDurableIsNotWrittenDown() throws Exception {
        JobId live = stage.submitRange(client, 3, true);
        restart();
        stage.say(client, new FromClient.DescribeJob(90, live));
        assertThat(client.await(ToClient.RequestFailed.class).problem()).isEqualTo(Problem.UNKNOWN_JOB);
    }

    @Test
    void theClientOfADurableLiveJobIsToldWhatItHasNotHeard() throws Exception {
        JobId job = submit(1, durable(THREE, true), Optional.of("k")).job();
        FakeWorker worker = stage.patient("w", 1);
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.Completed(job, first.lease(), Segment.ofLongs(0, 1, 10), 1));
        ToWorker.Granted second = worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.Completed(job, second.lease(), Segment.ofLongs(1, 1, 11), 1));
        client.await(ToClient.Results.class);
        client.await(ToClient.Results.class);
        restart();

        Headway heard = new Headway(List.of(new io.sheaf.protocol.item.Intervals.Range(0, 1)), 0);
        assertThat(submit(2, durable(THREE, true), Optional.of("k"), heard).job())
                .isEqualTo(job);
        assertThat(client.await(ToClient.Results.class).results()).isEqualTo(Segment.ofLongs(1, 1, 11));
        FakeWorker again = stage.patient("w", 1);
        ToWorker.Granted last = again.await(ToWorker.Granted.class);
        again.complete(last, Segment.ofLongs(2, 1, 12));
        assertThat(client.await(ToClient.Results.class).results()).isEqualTo(Segment.ofLongs(2, 1, 12));
        assertThat(client.await(ToClient.Ended.class).status().state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void aJobThatWasRunAgainHasTheResultsOfBothLives() throws Exception {
        JobId job = stage.submitRange(client, 2, false);
        FakeWorker worker = stage.patient("w", 2);
        while (stage.describe(client, job).state() != JobState.FAILED) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++) {
                worker.say(
                        index == 0
                                ? new FromWorker.Failed(job, grant.lease(), Stage.failure(worker, 0))
                                : new FromWorker.Completed(job, grant.lease(), Segment.ofLongs(1, 1, 11), 1));
            }
        }
        stage.say(client, new FromClient.Retry(50, job, true, Optional.empty()));
        client.await(ToClient.Accepted.class);
        restart();

        assertThat(stage.describe(client, job).succeeded()).isEqualTo(1);
        FakeWorker again = stage.patient("w", 2);
        ToWorker.Granted grant = again.await(ToWorker.Granted.class);
        assertThat(grant.from()).isZero();
        again.complete(grant, Segment.ofLongs(0, 1, 10));
        assertThat(stage.describe(client, job).state()).isEqualTo(JobState.SUCCEEDED);
        restart();
        ToClient.Page page = stage.page(client, job, 0);
        assertThat(page.results()).containsExactly(Segment.ofLongs(0, 1, 10), Segment.ofLongs(1, 1, 11));
        assertThat(page.complete()).isTrue();
    }

    @Test
    void aJobThatIsForgottenIsGoneAlsoAfterARestart() throws Exception {
        JobId job = submit(1, Stage.spec(THREE, false), Optional.of("k")).job();
        stage.say(client, new FromClient.Forget(2, job));
        assertThat(client.await(ToClient.RequestFailed.class).message()).contains("cancel " + job);
        stage.say(client, new FromClient.Cancel(3, job));
        client.await(ToClient.Job.class);
        stage.say(client, new FromClient.Forget(4, job));
        assertThat(client.await(ToClient.Job.class).request()).isEqualTo(4);
        restart();
        stage.say(client, new FromClient.DescribeJob(5, job));
        assertThat(client.await(ToClient.RequestFailed.class).problem()).isEqualTo(Problem.UNKNOWN_JOB);
        assertThat(submit(6, Stage.spec(THREE, false), Optional.of("k")).job()).isNotEqualTo(job);
    }

    @Test
    void aReportIsTakenFromItsWorkerOnlyWhenItIsWrittenDown() throws Exception {
        JobId job = stage.submitRange(client, 1, false);
        FakeWorker worker = stage.patient("w", 1);
        worker.complete(worker.await(ToWorker.Granted.class));
        stage.describe(client, job);
        assertThat(worker.taken()).isEqualTo(2);
    }

    @Test
    void aJobWhoseCodeIsGoneEndsInWordsThatSayWhatToDo() throws Exception {
        io.sheaf.protocol.job.CodeId id = new io.sheaf.protocol.job.CodeId("a".repeat(64));
        Bundle bundle = new Bundle(List.of(new io.sheaf.protocol.job.CodeFile(id, "x.jar", 1, "/x.jar")));
        JobSpec spec = new JobSpec(
                "job",
                new Work.Named("x.Y", Optional.empty()),
                THREE,
                bundle,
                ResultForm.OBJECT,
                Policy.defaults(),
                Optional.empty(),
                false,
                false);
        JobId job = submit(1, spec, Optional.empty()).job();
        end();
        start(id);
        JobStatus status = stage.describe(client, job);
        assertThat(status.state()).isEqualTo(JobState.FAILED);
        assertThat(status.reason().orElse("")).contains("x.jar").contains("submit it again");
    }

    private void start(io.sheaf.protocol.job.CodeId missing) {
        stage = Stage.keeping(journal, missing);
        client = stage.client();
    }
}
