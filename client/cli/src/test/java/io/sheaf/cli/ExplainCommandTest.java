package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Attempt;
import io.sheaf.protocol.job.ItemStory;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExplainCommandTest {
    private static final JobStatus RUNNING = FakeCluster.status(JobState.RUNNING, 2, 0);
    private static final List<Reason> REASONS = List.of(
            new Reason(384, "", "All slots are taken by jobs of a higher priority.", 12_000),
            new Reason(1, "w1", "It has no gpu left; each item takes gpu=1.", 450));
    private static final ItemStory STORY = new ItemStory(
            5,
            "it waits for its next attempt",
            List.of(
                    new Attempt(new WorkerId("w1"), 125_000, "java.io.IOException: disk full", true),
                    new Attempt(
                            new WorkerId("w2"), 3_000, "executor process 9 on w2 (h2) was ended by signal 9", false)));

    private final AtomicReference<OptionalLong> asked = new AtomicReference<>(OptionalLong.of(-1));

    private FakeCluster explains(JobStatus job, List<Reason> reasons, List<ItemStory> story) {
        return new FakeCluster()
                .answer(FromClient.ListJobs.class, list -> new ToClient.Jobs(list.request(), List.of(job)))
                .answer(FromClient.Explain.class, explain -> {
                    asked.set(explain.index());
                    return new ToClient.Explanation(explain.request(), job, reasons, story);
                });
    }

    @Test
    void aJobIsExplainedByReasonsAndByWhatWentWrong() {
        Typed typed = Typed.run(explains(RUNNING, REASONS, List.of(STORY)), "explain", "last");

        assertThat(typed).isEqualTo(new Typed(0, """
                Job 7 (nightly) is RUNNING: 2/2 done, 0 handed out, 1 requeued, 2 retried
                Items wait, because:
                  384 items, for 12 s: All slots are taken by jobs of a higher priority.
                  1 item, at w1, for 450 ms: It has no gpu left; each item takes gpu=1.
                Item 5: it waits for its next attempt; what came to nothing before:
                  1. 2 min 5 s ago on w1: java.io.IOException: disk full (counts against the item)
                  2. 3 s ago: executor process 9 on w2 (h2) was ended by signal 9 (does not count)
                """, ""));
        assertThat(asked.get()).isEmpty();
    }

    @Test
    void anItemIsExplainedBeforeItsJob() {
        List<Reason> reasons = List.of(new Reason(0, "", "Its client has not sent further items yet.", 100));
        assertThat(Typed.run(explains(RUNNING, reasons, List.of(STORY)), "explain", "7", "1")
                        .out())
                .contains(
                        "Item 5: it waits for its next attempt; what came to nothing before:\n  1. 2 min 5 s ago on w1")
                .endsWith("Items wait, because:\n  for 100 ms: Its client has not sent further items yet.\n");
        assertThat(asked.get()).hasValue(1);

        ItemStory fine = new ItemStory(1, "it runs at w1, for 3.2 s", List.of());
        assertThat(Typed.run(explains(RUNNING, List.of(), List.of(fine)), "explain", "7", "1")
                        .out())
                .isEqualTo("""
                        Job 7 (nightly) is RUNNING: 2/2 done, 0 handed out, 1 requeued, 2 retried
                        Item 1: it runs at w1, for 3.2 s
                        """);
    }

    @Test
    void whatDoesNotWaitIsSaidToo() {
        JobStatus failed = FakeCluster.status(JobState.FAILED, 1, 2, "More than 1 items failed");

        assertThat(Typed.run(explains(RUNNING, List.of(), List.of()), "explain", "7")
                        .out())
                .endsWith("\nNothing of it waits: every item that has come is running or done.\n");
        assertThat(Typed.run(explains(failed, List.of(), List.of()), "explain", "7")
                        .out())
                .contains("is FAILED: 3/3 done, 0 handed out, 2 failed")
                .endsWith("\nIt ended early: More than 1 items failed\nIt has ended, and waits for nothing.\n");
    }

    @Test
    void theJsonKeepsItsPromise() {
        assertThat(Typed.run(explains(RUNNING, REASONS, List.of(STORY)), "explain", "7", "--json"))
                .isEqualTo(new Typed(0, Golden.text("explain"), ""));
    }

    @Test
    void whatThereIsNotIsNotExplained() {
        FakeCluster cluster = explains(RUNNING, List.of(), List.of());

        assertThat(Typed.run(cluster, "explain", "7", "2"))
                .isEqualTo(new Typed(3, "", "sheaf: Job 7 has 2 items, numbered from 0; there is no item 2\n"));
        assertThat(Typed.run(cluster, "explain", "7", "-1").exitCode()).isEqualTo(2);
        assertThat(Typed.run(cluster, "explain", "7", "x").exitCode()).isEqualTo(2);
        assertThat(Typed.run(cluster, "explain").exitCode()).isEqualTo(2);
        assertThat(Typed.run(new FakeCluster(), "explain", "9").exitCode()).isEqualTo(3);
    }

    @Test
    void timesAreSaidAsPeopleWouldSayThem() {
        assertThat(Durations.text(-5)).isEqualTo("0 ms");
        assertThat(Durations.text(999)).isEqualTo("999 ms");
        assertThat(Durations.text(59_999)).isEqualTo("59 s");
        assertThat(Durations.text(60_000)).isEqualTo("1 min");
        assertThat(Durations.text(3_599_000)).isEqualTo("59 min 59 s");
        assertThat(Durations.text(7_260_000)).isEqualTo("2 h 1 min");
        assertThat(Durations.text(90_000_000)).isEqualTo("1 d 1 h");
    }
}
