package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.Source;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskSessionsTest {
    private final Stage stage = new Stage();
    private final FakeClient client = stage.client();
    private final FakeWorker worker = stage.patient("one", 1);

    @AfterEach
    void close() {
        stage.close();
    }

    private record Parent(JobId job, ToWorker.JobOpened opened) {
        String token() {
            return opened.nesting().token().text();
        }
    }

    private Parent parent() throws Exception {
        JobSpec plain = Stage.spec(new Source.Range(0, 9), true);
        CodeFile code = new CodeFile(new CodeId("a".repeat(64)), "a.jar", 1, "/a.jar");
        stage.say(
                client,
                new FromClient.Submit(
                        1,
                        new JobSpec(
                                plain.name(),
                                plain.work(),
                                plain.source(),
                                new Bundle(List.of(code)),
                                plain.form(),
                                plain.policy(),
                                plain.initializer(),
                                true,
                                false)));
        JobId job = client.await(ToClient.Accepted.class).job();
        return new Parent(job, worker.await(ToWorker.JobOpened.class));
    }

    private FakeClient task(Parent parent) throws Exception {
        FakeClient task = new FakeClient();
        assertThat(stage.coordinator.jobOf(parent.token())).contains(parent.job);
        stage.coordinator.opened(task, Optional.of(parent.job));
        task.await(ToClient.Welcome.class);
        return task;
    }

    private JobId child(FakeClient task) throws Exception {
        JobSpec spec = Stage.spec(new Source.Range(0, 4), true);
        stage.coordinator.received(task, new FromClient.Submit(1, spec));
        return task.await(ToClient.Accepted.class).job();
    }

    private Problem refusal(FakeClient task, FromClient question) throws Exception {
        stage.coordinator.received(task, question);
        return task.await(ToClient.RequestFailed.class).problem();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aChildRunsTheCodeOfItsParentAndGoesBeforeIt() throws Exception {
        Parent parent = parent();
        assertThat(parent.opened.nesting().depth()).isZero();
        JobId child = child(task(parent));
        ToWorker.JobOpened opened = worker.await(ToWorker.JobOpened.class);
        assertThat(opened.job()).isEqualTo(child);
        assertThat(opened.nesting().depth()).isEqualTo(1);
        assertThat(opened.nesting().token())
                .isNotEqualTo(parent.opened.nesting().token());
        assertThat(opened.code()).isEqualTo(parent.opened.code()).isNotEqualTo(new Bundle(List.of()));
        assertThat(opened.policy().share().priority())
                .isEqualTo(parent.opened.policy().share().priority() + 1);
    }

    @Test
    void aTaskSeesTheJobsOfItsOwnJobOnly() throws Exception {
        Parent parent = parent();
        FakeClient task = task(parent);
        JobId child = child(task);
        stage.coordinator.received(task, new FromClient.ListJobs(2));
        assertThat(task.await(ToClient.Jobs.class).jobs())
                .extracting(JobStatus::id)
                .containsExactly(child);
        stage.coordinator.received(client, new FromClient.ListJobs(3));
        assertThat(client.await(ToClient.Jobs.class).jobs())
                .extracting(JobStatus::id)
                .containsExactly(parent.job, child);
    }

    @Test
    void aTaskMayNeitherTouchOtherJobsNorAskForSettingsNorDetachJobs() throws Exception {
        Parent parent = parent();
        FakeClient task = task(parent);
        assertThat(refusal(task, new FromClient.Cancel(2, parent.job))).isEqualTo(Problem.UNKNOWN_JOB);
        assertThat(refusal(task, new FromClient.DescribeJob(3, parent.job))).isEqualTo(Problem.UNKNOWN_JOB);
        assertThat(refusal(task, new FromClient.Watch(4, new JobId(99)))).isEqualTo(Problem.UNKNOWN_JOB);
        assertThat(refusal(task, new FromClient.FetchResults(5, parent.job, 0))).isEqualTo(Problem.REJECTED);
        assertThat(refusal(task, new FromClient.FetchLog(6, parent.job, 0))).isEqualTo(Problem.REJECTED);
        assertThat(refusal(task, new FromClient.DescribeCluster(7))).isEqualTo(Problem.REJECTED);
        JobSpec detached = Stage.spec(new Source.Range(0, 4), false);
        assertThat(refusal(task, new FromClient.Submit(8, detached))).isEqualTo(Problem.REJECTED);
        stage.coordinator.received(task, new FromClient.CancelItem(parent.job, 0));
        stage.coordinator.received(client, new FromClient.DescribeJob(9, parent.job));
        assertThat(client.await(ToClient.Job.class).job().failed()).isZero();
    }

    @Test
    void whenAJobIsCancelledTheSessionsOfItsTasksEndAndItsTokenIsWorthNothing() throws Exception {
        Parent parent = parent();
        FakeClient task = task(parent);
        JobId child = child(task);
        stage.coordinator.received(client, new FromClient.Cancel(2, parent.job));
        await("the session ends", () -> task.closed);
        assertThat(stage.coordinator.jobOf(parent.token())).isEmpty();
        stage.coordinator.closed(task);
        client.await(ToClient.Job.class);
        stage.coordinator.received(client, new FromClient.DescribeJob(3, child));
        assertThat(client.await(ToClient.Job.class).job().state()).isIn(JobState.CANCELLING, JobState.CANCELLED);
    }

    @Test
    void aJobWhoseTasksWaitForOthersIsExplainedByThese() throws Exception {
        Parent parent = parent();
        assertThat(reasons(2, parent.job)).noneMatch(words -> words.contains("tasks have"));
        JobId child = child(task(parent));
        assertThat(reasons(3, parent.job))
                .contains("A job that its tasks have started has not ended: " + child
                        + "; what holds that up is explained there.");
    }

    private List<String> reasons(long request, JobId job) throws Exception {
        stage.coordinator.received(client, new FromClient.Explain(request, job, OptionalLong.empty()));
        return client.await(ToClient.Explanation.class).reasons().stream()
                .map(Reason::words)
                .toList();
    }

    @Test
    void nestingThatIsTooDeepIsRefusedRatherThanLeftWaiting() throws Exception {
        ToWorker.JobOpened opened = parent().opened;
        for (int depth = 1; depth <= 32; depth++) {
            child(task(new Parent(opened.job(), opened)));
            opened = worker.await(ToWorker.JobOpened.class);
            assertThat(opened.nesting().depth()).isEqualTo(depth);
        }
        FakeClient deepest = task(new Parent(opened.job(), opened));
        JobSpec spec = Stage.spec(new Source.Range(0, 4), true);
        assertThat(refusal(deepest, new FromClient.Submit(1, spec))).isEqualTo(Problem.REJECTED);
    }

    @Test
    void aTaskThatComesAfterItsJobHasEndedIsNotLetIn() throws Exception {
        Parent parent = parent();
        stage.coordinator.received(client, new FromClient.Cancel(2, parent.job));
        client.await(ToClient.Job.class);
        FakeClient late = new FakeClient();
        stage.coordinator.opened(late, Optional.of(parent.job));
        await("it is sent away", () -> late.closed);
        assertThat(late.heard(ToClient.Welcome.class)).isEmpty();
    }

    @Test
    void aTokenCannotBeMadeUpAndIsNotWrittenToLogs() {
        assertThat(stage.coordinator.jobOf("sheaf-job:0123")).isEmpty();
        assertThat(new Nesting(new JobToken("sheaf-job:secret"), 0).toString()).doesNotContain("secret");
    }
}
