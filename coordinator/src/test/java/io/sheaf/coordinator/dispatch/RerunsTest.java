package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RerunsTest {
    private final Stage stage = new Stage();
    private final FakeClient client = stage.client();
    private final FakeWorker worker = stage.patient("one", 1);

    @AfterEach
    void close() {
        stage.close();
    }

    /** Runs so many items to an end, some of them to a failure; says which came with what. */
    private List<String> run(int count, Set<Long> failing) throws Exception {
        List<String> ran = new ArrayList<>();
        while (ran.size() < count) {
            ToWorker.Granted grant = worker.await(ToWorker.Granted.class);
            for (long index = grant.from(); index < grant.to(); index++) {
                ran.add(index + "=" + (grant.items().isEmpty() ? "" : text(grant.items(), index)));
                if (failing.contains(index)) {
                    worker.say(new FromWorker.Failed(grant.job(), grant.lease(), Stage.failure(worker, index)));
                } else {
                    worker.complete(grant, Stage.segment(index, "r" + index));
                }
            }
        }
        return ran;
    }

    private static Object text(List<Segment> items, long index) throws IOException, ClassNotFoundException {
        Segment segment = items.stream()
                .filter(one -> one.from() <= index && index < one.to())
                .findFirst()
                .orElseThrow();
        return String.valueOf(new SegmentReader(RerunsTest.class.getClassLoader()).read(segment, index));
    }

    private JobId words(String... words) throws Exception {
        JobId job = stage.submit(client, new Source.Streamed(), false);
        stage.say(client, new FromClient.Items(job, Stage.segment(0, (Object[]) words)));
        stage.say(client, new FromClient.ItemsEnded(job, words.length));
        return job;
    }

    private JobStatus awaitEnd(JobId job) throws InterruptedException {
        stage.say(client, new FromClient.Watch(40, job));
        return client.await(ToClient.Ended.class).status();
    }

    private void retry(JobId job, boolean onlyFailed, Optional<Bundle> code) {
        stage.say(client, new FromClient.Retry(50, job, onlyFailed, code));
    }

    private String refusal(JobId job, boolean onlyFailed) throws InterruptedException {
        retry(job, onlyFailed, Optional.empty());
        ToClient.RequestFailed refused = client.await(ToClient.RequestFailed.class);
        assertThat(refused.problem()).isEqualTo(Problem.REJECTED);
        return refused.message();
    }

    @Test
    void onlyWhatFailedRunsAgainAndItsResultsJoinTheOthers() throws Exception {
        JobId job = words("a", "b", "c", "d", "e");
        run(5, Set.of(1L, 3L));
        assertThat(awaitEnd(job).failed()).isEqualTo(2);
        retry(job, true, Optional.empty());
        assertThat(client.await(ToClient.Accepted.class).job()).isEqualTo(job);
        assertThat(stage.describe(client, job).state()).isIn(JobState.WAITING, JobState.RUNNING);
        assertThat(run(2, Set.of(3L))).containsExactly("1=b", "3=d");
        JobStatus again = awaitEnd(job);
        assertThat(again.state()).isEqualTo(JobState.FAILED);
        assertThat(again.succeeded()).isEqualTo(4);
        assertThat(again.failed()).isEqualTo(1);
        ToClient.Page page = stage.page(client, job, 0);
        assertThat(page.failures()).extracting(ItemFailure::index).containsExactly(3L);

        retry(job, false, Optional.empty());
        assertThat(run(1, Set.of())).containsExactly("3=d");
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.SUCCEEDED);
        ToClient.Page all = stage.page(client, job, 0);
        assertThat(all.complete()).isTrue();
        assertThat(all.failures()).isEmpty();
        List<Object> values = new ArrayList<>();
        for (long index = 0; index < 5; index++) {
            values.add(text(all.results(), index));
        }
        assertThat(values).containsExactly("r0", "r1", "r2", "r3", "r4");
    }

    @Test
    void resultsThatWentToDiskAreReadBesideThoseThatCameLater() throws Exception {
        try (Stage small = new Stage(1 << 20)) {
            FakeClient asking = small.client();
            FakeWorker only = small.patient("one", 1);
            JobId job = small.submitRange(asking, 8, false);
            for (long done = 0; done < 8; ) {
                ToWorker.Granted grant = only.await(ToWorker.Granted.class);
                for (long index = grant.from(); index < grant.to(); index++, done++) {
                    if (index == 2 || index == 3) {
                        only.say(new FromWorker.Failed(job, grant.lease(), Stage.failure(only, index)));
                    } else {
                        only.complete(grant, Stage.segment(index, index + "x".repeat(400_000)));
                    }
                }
            }
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (small.spilled().isEmpty()) {
                assertThat(System.nanoTime()).as("something is spilled in time").isLessThan(deadline);
                small.describe(asking, job);
            }
            // Whoever asks before the coordinator knows that all has ended is told to come back.
            small.say(asking, new FromClient.Watch(40, job));
            asking.await(ToClient.Ended.class);
            small.say(asking, new FromClient.Retry(50, job, true, Optional.empty()));
            asking.await(ToClient.Accepted.class);
            for (long done = 0; done < 2; done++) {
                ToWorker.Granted grant = only.await(ToWorker.Granted.class);
                for (long index = grant.from(); index < grant.to(); index++) {
                    only.complete(grant, Stage.segment(index, index + "new"));
                }
                done += grant.to() - grant.from() - 1;
            }
            List<String> values = new ArrayList<>();
            long from = 0;
            boolean complete = false;
            while (!complete) {
                ToClient.Page page = small.page(asking, job, from);
                for (Segment segment : page.results()) {
                    for (long index = segment.from(); index < segment.to(); index++) {
                        values.add(String.valueOf(text(List.of(segment), index)).substring(0, 2));
                    }
                }
                assertThat(page.failures()).isEmpty();
                from = page.next();
                complete = page.complete();
            }
            assertThat(values).containsExactly("0x", "1x", "2n", "3n", "4x", "5x", "6x", "7x");
        }
    }

    @Test
    void whatNeverRanOfACancelledJobRunsWhenMoreThanWhatFailedIsAskedFor() throws Exception {
        JobId job = stage.submitRange(client, 3, false);
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        worker.complete(first, Stage.segment(first.from(), "r"));
        assertThat(stage.describe(client, job).succeeded()).isEqualTo(1);
        stage.say(client, new FromClient.Cancel(3, job));
        worker.await(ToWorker.StopJob.class);
        worker.say(new FromWorker.JobStopped(job));
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(refusal(job, true)).contains("2 never ran", "without --failed");
        retry(job, false, Optional.empty());
        assertThat(run(2, Set.of())).hasSize(2);
        JobStatus again = awaitEnd(job);
        assertThat(again.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(again.succeeded()).isEqualTo(3);
        assertThat(again.reason()).isEmpty();
    }

    @Test
    void onlyWhatFailedOfACancelledJobRunsAgainAndTheRestLater() throws Exception {
        JobId job = words("a", "b", "c", "d", "e");
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        worker.say(new FromWorker.Failed(job, first.lease(), Stage.failure(worker, 0)));
        assertThat(stage.describe(client, job).failed()).isEqualTo(1);
        stage.say(client, new FromClient.Cancel(3, job));
        worker.await(ToWorker.StopJob.class);
        worker.say(new FromWorker.JobStopped(job));
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.CANCELLED);

        retry(job, true, Optional.empty());
        assertThat(run(1, Set.of(0L))).containsExactly("0=a");
        JobStatus failed = awaitEnd(job);
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.reason()).hasValueSatisfying(why -> assertThat(why).contains("4 items never ran"));

        retry(job, true, Optional.empty());
        assertThat(run(1, Set.of())).containsExactly("0=a");
        JobStatus mended = awaitEnd(job);
        assertThat(mended.state()).isEqualTo(JobState.CANCELLED);
        assertThat(mended.succeeded()).isEqualTo(1);
        assertThat(mended.reason()).hasValueSatisfying(why -> assertThat(why).contains("`sheaf retry " + job + "`"));
        assertThat(refusal(job, true)).contains("No item of job " + job + " has failed", "4 never ran");

        retry(job, false, Optional.empty());
        assertThat(run(4, Set.of())).containsExactly("1=b", "2=c", "3=d", "4=e");
        JobStatus all = awaitEnd(job);
        assertThat(all.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(all.reason()).isEmpty();
        ToClient.Page page = stage.page(client, job, 0);
        List<Object> values = new ArrayList<>();
        for (long index = 0; index < 5; index++) {
            values.add(text(page.results(), index));
        }
        assertThat(values).containsExactly("r0", "r1", "r2", "r3", "r4");
    }

    @Test
    void otherCodeTakesThePlaceOfWhatTheJobHad() throws Exception {
        JobId job = words("a");
        run(1, Set.of(0L));
        awaitEnd(job);
        Bundle code = new Bundle(List.of(new CodeFile(new CodeId("0".repeat(64)), "new.jar", 1, "/new.jar")));
        retry(job, true, Optional.of(code));
        ToWorker.JobOpened opened = worker.await(ToWorker.JobOpened.class);
        assertThat(opened.job()).isEqualTo(job);
        while (!opened.code().equals(code)) {
            opened = worker.await(ToWorker.JobOpened.class);
        }
        run(1, Set.of());
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void whatCannotBeRunAgainIsRefusedInWords() throws Exception {
        JobId live = stage.submitRange(client, 1, true);
        assertThat(refusal(live, true)).contains("only jobs of `submit` can be retried");
        run(1, Set.of());
        JobId open = stage.submitRange(client, 1, false);
        assertThat(refusal(open, true)).contains("it can be retried once it has ended");
        run(1, Set.of());
        awaitEnd(open);
        assertThat(refusal(open, true)).contains("there is nothing to run again");
        JobId torn = stage.submit(client, new Source.Streamed(), false);
        stage.say(client, new FromClient.Cancel(3, torn));
        awaitEnd(torn);
        assertThat(refusal(torn, false)).contains("ended before all its items had come");
    }

    @Test
    void aLateReportOfTheEarlierLifeChangesNothing() throws Exception {
        JobId job = words("a", "b");
        ToWorker.Granted old = worker.await(ToWorker.Granted.class);
        for (long index = old.from(); index < old.to(); index++) {
            worker.say(new FromWorker.Failed(job, old.lease(), Stage.failure(worker, index)));
        }
        run(2 - (int) (old.to() - old.from()), Set.of(0L, 1L));
        awaitEnd(job);
        retry(job, true, Optional.empty());
        worker.say(new FromWorker.Failed(job, old.lease(), Stage.failure(worker, 0)));
        assertThat(stage.describe(client, job).failed()).isZero();
        run(2, Set.of());
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void theInputOfAnItemCanBeHadAlsoOnceItHasItsResult() throws Exception {
        JobId job = words("a", "b");
        run(2, Set.of(1L));
        awaitEnd(job);
        stage.say(client, new FromClient.FetchItem(5, job, 1));
        ToClient.Item item = client.await(ToClient.Item.class);
        assertThat(text(List.of(item.item()), 1)).isEqualTo("b");
        assertThat(item.job().name()).isEqualTo("job");
        stage.say(client, new FromClient.FetchItem(6, job, 0));
        assertThat(text(List.of(client.await(ToClient.Item.class).item()), 0)).isEqualTo("a");
        stage.say(client, new FromClient.FetchItem(7, job, 2));
        assertThat(client.await(ToClient.RequestFailed.class).message()).contains("has 2 items, numbered from 0");
        retry(job, true, Optional.empty());
        run(1, Set.of());
        assertThat(awaitEnd(job).state()).isEqualTo(JobState.SUCCEEDED);
        for (long index = 0; index < 2; index++) {
            stage.say(client, new FromClient.FetchItem(6, job, index));
            assertThat(text(List.of(client.await(ToClient.Item.class).item()), index))
                    .isEqualTo(index == 0 ? "a" : "b");
        }
        JobId range = stage.submitRange(client, 3, false);
        stage.say(client, new FromClient.FetchItem(8, range, 2));
        assertThat(text(List.of(client.await(ToClient.Item.class).item()), 2)).isEqualTo("3");
    }

    @Test
    void aWorkerIsAskedToLeaveAndOneThatIsNotHereIsNamed() throws Exception {
        stage.say(client, new FromClient.Drain(5, worker.id));
        assertThat(client.await(ToClient.Workers.class).workers().get(0).leaving())
                .isFalse();
        worker.await(ToWorker.Leave.class);
        worker.say(new FromWorker.Leaving());
        stage.say(client, new FromClient.ListWorkers(6));
        ToClient.Workers workers = client.await(ToClient.Workers.class);
        assertThat(workers.workers().get(0).leaving()).isTrue();
        assertThat(workers.workers().get(0).clockAhead()).isEqualTo(5);
        stage.say(client, new FromClient.Drain(7, new WorkerId("none")));
        ToClient.RequestFailed refused = client.await(ToClient.RequestFailed.class);
        assertThat(refused.problem()).isEqualTo(Problem.UNKNOWN_WORKER);
    }
}
