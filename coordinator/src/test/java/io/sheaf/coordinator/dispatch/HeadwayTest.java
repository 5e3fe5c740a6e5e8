package io.sheaf.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Source;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of which a part ended somewhere else before. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HeadwayTest {
    private final Stage stage = new Stage();
    private final FakeClient client = stage.client();

    @AfterEach
    void close() {
        stage.close();
    }

    private JobId submit(Source source, Headway headway) throws InterruptedException {
        stage.say(client, new FromClient.Submit(7, Stage.spec(source, true), headway, java.util.Optional.empty()));
        return client.await(ToClient.Accepted.class).job();
    }

    private Intervals delivered(long count) throws InterruptedException {
        Intervals delivered = new Intervals();
        while (delivered.size() < count) {
            ToClient.Results message = client.await(ToClient.Results.class);
            delivered.add(message.results().from(), message.results().to());
        }
        return delivered;
    }

    @Test
    void ofARangeOnlyTheRestIsRunAndAllOfItCounts() throws Exception {
        stage.eager("one", 2);
        submit(new Source.Range(1, 1_000), new Headway(List.of(new Range(0, 300), new Range(500, 501)), 2));

        assertThat(delivered(699).ranges()).containsExactly(new Range(300, 500), new Range(501, 1_000));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.total()).hasValue(1_000);
        assertThat(ended.succeeded()).isEqualTo(998);
        assertThat(ended.failed()).isEqualTo(2);
        assertThat(ended.state()).isEqualTo(JobState.FAILED);
    }

    @Test
    void itemsThatAreSentKeepTheirNumbersAndThoseThatEndedAreNotWaitedFor() throws Exception {
        stage.eager("one", 2);
        JobId job = submit(
                new Source.Streamed(), new Headway(List.of(new Range(0, 2), new Range(3, 5), new Range(6, 8)), 0));
        stage.say(client, new FromClient.Items(job, Stage.segment(2, "c")));
        stage.say(client, new FromClient.Items(job, Stage.segment(5, "f")));
        stage.say(client, new FromClient.Items(job, Stage.segment(8, "i", "j")));
        stage.say(client, new FromClient.ItemsEnded(job, 10));

        assertThat(delivered(4).ranges()).containsExactly(new Range(2, 3), new Range(5, 6), new Range(8, 10));
        JobStatus ended = client.await(ToClient.Ended.class).status();
        assertThat(ended.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(ended.succeeded()).isEqualTo(10);
    }

    @Test
    void aJobOfWhichEverythingHasEndedEndsWithItsInput() throws Exception {
        JobId job = submit(new Source.Streamed(), new Headway(List.of(new Range(0, 8)), 0));
        stage.say(client, new FromClient.ItemsEnded(job, 8));

        assertThat(client.await(ToClient.Ended.class).status().succeeded()).isEqualTo(8);
    }

    @Test
    void anItemThatIsNeitherSentNorEndedEndsTheJob() throws Exception {
        JobId job = submit(new Source.Streamed(), new Headway(List.of(new Range(1, 2)), 0));
        stage.say(client, new FromClient.Items(job, Stage.segment(2, "c")));

        assertThat(client.await(ToClient.Ended.class).status().reason().orElse(""))
                .contains("out of order");
    }

    @Test
    void moreThanCanHaveEndedIsRefused() throws Exception {
        for (Headway wrong : List.of(
                new Headway(List.of(new Range(0, 6)), 0),
                new Headway(List.of(new Range(2, 3), new Range(1, 2)), 0),
                new Headway(List.of(new Range(2, 2)), 0),
                new Headway(List.of(new Range(-1, 2)), 0),
                new Headway(List.of(new Range(0, 2)), 3))) {
            stage.say(
                    client,
                    new FromClient.Submit(
                            7, Stage.spec(new Source.Range(1, 5), true), wrong, java.util.Optional.empty()));
            assertThat(client.await(ToClient.RequestFailed.class).problem()).isEqualTo(Problem.REJECTED);
        }
    }
}
