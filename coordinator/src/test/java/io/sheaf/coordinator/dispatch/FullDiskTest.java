package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Source;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A journal that has no room, or that cannot be written at all. */
class FullDiskTest {
    private final FakeJournal journal = new FakeJournal();
    private final Stage stage = new Stage(64 << 20, new Keeping(Optional.of(journal), Long.MAX_VALUE, Long.MAX_VALUE));
    private final FakeClient client = stage.client();

    @AfterEach
    void end() {
        stage.close();
    }

    private static long grants(FakeWorker worker) {
        return worker.unread().stream()
                .filter(ToWorker.Granted.class::isInstance)
                .count();
    }

    private JobState state(JobId job) throws InterruptedException {
        return stage.describe(client, job).state();
    }

    @Test
    void aDurableJobIsHeldAndNewOnesAreRefusedUntilThereIsRoomAgain() throws Exception {
        JobId job = stage.submitRange(client, 3, false);
        FakeWorker worker = stage.patient("w", 1);
        ToWorker.Granted first = worker.await(ToWorker.Granted.class);
        assertThat(state(job)).isEqualTo(JobState.RUNNING);
        long granted = grants(worker);
        journal.full = true;
        worker.complete(first);
        assertThat(stage.describe(client, job).succeeded()).isZero();
        assertThat(grants(worker)).isEqualTo(granted);

        stage.say(client, new FromClient.Submit(70, Stage.spec(new Source.Range(1, 3), false)));
        ToClient.RequestFailed refused = client.await(ToClient.RequestFailed.class);
        assertThat(refused.problem()).isEqualTo(Problem.NO_ROOM);
        assertThat(refused.message()).contains("no room for the journal").contains("job forget");

        journal.full = false;
        while (state(job) != JobState.SUCCEEDED) {
            worker.complete(worker.await(ToWorker.Granted.class));
        }
        assertThat(stage.page(client, job, 0).next()).isEqualTo(3);
        assertThat(stage.submitRange(client, 3, false)).isNotEqualTo(job);
    }

    @Test
    void otherJobsGoOnMeanwhile() throws Exception {
        stage.submitRange(client, 1, false);
        JobId live = stage.submitRange(client, 2, true);
        FakeWorker worker = stage.patient("w", 3);
        ToWorker.Granted kept = worker.await(ToWorker.Granted.class);
        journal.full = true;
        worker.complete(kept);
        while (state(live) != JobState.SUCCEEDED) {
            worker.complete(worker.await(ToWorker.Granted.class));
        }
        assertThat(client.heard(ToClient.Results.class)).isNotEmpty();
    }

    @Test
    void aJournalThatCannotBeWrittenEndsTheCoordinatorBeforeAnybodyIsToldOfAnything() throws Exception {
        journal.broken = true;
        stage.say(client, new FromClient.Submit(70, Stage.spec(new Source.Range(1, 3), false)));
        assertThat(stage.fatal.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.unread()).noneMatch(ToClient.Accepted.class::isInstance);
    }
}
