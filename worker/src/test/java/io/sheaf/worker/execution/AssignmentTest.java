package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.MILLI;
import static io.sheaf.worker.execution.Shell.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Source;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    @Test
    void noExecutorIsStartedBeforeThereIsWork() {
        Shell shell = new Shell(4);
        shell.open(1, "a");
        assertThat(shell.started).isEmpty();
    }

    @Test
    void asManyExecutorsStartAsThereIsWorkFor() {
        Shell shell = new Shell(4);
        shell.open(1, "a");
        shell.grant(1, 0, 3);
        assertThat(shell.started).hasSize(3);
        shell.grant(1, 3, 100);
        assertThat(shell.started).hasSize(4);
    }

    @Test
    void executorsWaitForTheirCode() {
        Shell shell = new Shell(2).withoutCode();
        shell.open(1, "a");
        shell.open(2, "a");
        shell.grant(1, 0, 10);
        assertThat(shell.fetches()).isEqualTo(1);
        assertThat(shell.started).isEmpty();
        shell.execution.codeReady(Shell.bundle("a").id());
        shell.decide();
        assertThat(shell.started).hasSize(2);
    }

    @Test
    void aLaterJobOfTheSameCodeUsesTheExecutorsThatAreThere() {
        Shell shell = new Shell(2);
        shell.warm(2, "a");
        shell.open(5, "a");
        shell.grant(5, 0, 2);
        assertThat(shell.started).isEmpty();
        assertThat(shell.batchesOf(1)).hasSize(1);
        assertThat(shell.batchesOf(2)).hasSize(1);
    }

    @Test
    void anItemThatWouldWaitBehindAnotherGetsAnExecutorOfItsOwn() {
        Shell shell = new Shell(2);
        shell.warm(1, "a");
        shell.open(5, "a");
        shell.grant(5, 0, 2);
        assertThat(shell.started)
                .as("a second one, though the first has both items")
                .hasSize(1);
        long second = shell.started.get(0);
        shell.ready(second);
        ToExecutor.Batch prefetched = shell.batchesOf(1).get(1);
        assertThat(shell.tells(1, ToExecutor.TakeBack.class)).hasSize(1);
        shell.giveBack(1, prefetched.number(), prefetched.items().from());
        assertThat(shell.batchesOf(second)).hasSize(1);
    }

    @Test
    void otherCodeGetsTheSlotsOfAllIdleExecutorsThatItHasWorkFor() {
        Shell shell = new Shell(3);
        shell.warm(3, "a");
        shell.open(5, "b");
        shell.grant(5, 0, 2);
        List<Long> ended = List.of(1L, 2L, 3L).stream()
                .filter(executor -> !shell.tells(executor, ToExecutor.End.class).isEmpty())
                .toList();
        assertThat(ended).hasSize(2);
        ended.forEach(shell::endAsTold);
        assertThat(shell.started).hasSize(2);
    }

    @Test
    void twoJobsOfDifferentCodeShareOneSlotInTurns() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.open(2, "b");
        shell.grant(1, 0, 100_000);
        shell.grant(2, 0, 100_000);
        Set<JobId> worked = new HashSet<>();
        Map<Long, Integer> runs = new HashMap<>();
        while (shell.now < 20 * SECOND) {
            long executor = shell.started.get(shell.started.size() - 1);
            int had = runs.merge(executor, 0, Integer::sum);
            if (shell.batchesOf(executor).size() > had) {
                ToExecutor.Batch batch = shell.batchesOf(executor).get(had);
                runs.put(executor, had + 1);
                worked.add(batch.job());
                shell.finish(
                        executor,
                        batch.job().number(),
                        batch.items().from(),
                        batch.items().to(),
                        20 * MILLI);
            } else if (had == 0) {
                shell.ready(executor);
            } else {
                shell.endAsTold(executor);
            }
        }
        assertThat(worked).containsExactlyInAnyOrder(new JobId(1), new JobId(2));
        assertThat(shell.started.size()).as("executors, in 20 s of work").isBetween(15, 21);
    }

    @Test
    void codeOfAHigherPriorityGetsAsManySlotsAsItHasWorkForAtOnce() {
        Shell shell = new Shell(3);
        shell.warm(3, "a");
        shell.open(5, "a");
        shell.grant(5, 0, 1000);
        shell.open(6, "b", Policy.defaults().withShare(new Policy.Share(1, 1, 0, List.of())));
        shell.grant(6, 0, 2);
        List<Long> gone = new ArrayList<>();
        for (long executor = 1; executor <= 3; executor++) {
            ToExecutor.Batch runs = shell.batchesOf(executor).get(0);
            for (ToExecutor.TakeBack back : shell.tells(executor, ToExecutor.TakeBack.class)) {
                for (ToExecutor.Batch batch : shell.batchesOf(executor)) {
                    shell.giveBack(executor, batch.number(), batch.items().from() + (batch.equals(runs) ? 1 : 0));
                }
                shell.allGivenBack(executor, back.number());
                shell.finish(executor, 5, runs.items().from(), runs.items().from() + 1, MILLI);
                assertThat(shell.tells(executor, ToExecutor.End.class)).hasSize(1);
                gone.add(executor);
            }
        }
        assertThat(gone).as("not more than it needs").hasSize(2);
        gone.forEach(shell::endAsTold);
        shell.started.forEach(shell::ready);
        assertThat(shell.started).hasSize(2);
        assertThat(shell.batchesOf(shell.started.get(0)).get(0).job()).isEqualTo(new JobId(6));
    }

    @Test
    void anIdleExecutorIsEndedAfterItsTime() {
        Shell shell = new Shell(1);
        shell.warm(1, "a");
        assertThat(shell.execution.nextDeadline()).hasValue(shell.now + 60 * SECOND);
        shell.pass(59 * SECOND);
        assertThat(shell.tells(1, ToExecutor.End.class)).isEmpty();
        shell.pass(SECOND);
        assertThat(shell.tells(1, ToExecutor.End.class)).hasSize(1);
    }

    @Test
    void anExecutorThatDoesNotEndWhenToldIsKilled() {
        Shell shell = new Shell(1);
        shell.warm(1, "a");
        shell.pass(60 * SECOND);
        assertThat(shell.execution.nextDeadline()).hasValue(shell.now + 2 * SECOND);
        shell.pass(2 * SECOND);
        assertThat(shell.killed).containsExactly(1L);
    }

    @Test
    void unmeasuredItemsComeSinglyAndBatchesGrowToTenMillis() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 100_000);
        shell.ready(1);
        long largest = 0;
        for (int i = 0; i < 40; i++) {
            ToExecutor.Batch batch = shell.batchesOf(1).get(i);
            assertThat((long) batch.items().count()).isLessThanOrEqualTo(Math.max(1, 2 * largest));
            largest = Math.max(largest, batch.items().count());
            shell.finish(1, 1, batch.items().from(), batch.items().to(), 100_000);
        }
        assertThat(shell.batchesOf(1).get(0).items().count()).isEqualTo(1);
        assertThat(largest).isBetween(80L, 100L);
    }

    @Test
    void briefItemsAreNotSplitBetweenSlotsButOthersAre() {
        Shell shell = new Shell(2);
        shell.open(1, "a");
        shell.grant(1, 0, 100_000);
        shell.ready(1);
        shell.ready(2);
        finishAll(shell, 100);
        int before = shell.batchesOf(1).size() + shell.batchesOf(2).size();
        shell.grant(1, 100_000, 102_000);
        assertThat(shell.batchesOf(1).size() + shell.batchesOf(2).size()).isEqualTo(before + 1);
        finishAll(shell, 100_000);
        shell.grant(1, 102_000, 102_020);
        assertThat(shell.batchesOf(1).size() + shell.batchesOf(2).size()).isGreaterThan(before + 2);
    }

    /** Both executors run what they are given until nothing is left; each item takes so long. */
    private static void finishAll(Shell shell, long nanosEach) {
        int[] done = new int[3];
        for (boolean more = true; more; ) {
            more = false;
            for (int executor = 1; executor <= 2; executor++) {
                while (done[executor] < shell.batchesOf(executor).size()) {
                    ToExecutor.Batch batch = shell.batchesOf(executor).get(done[executor]++);
                    shell.finish(
                            executor, 1, batch.items().from(), batch.items().to(), nanosEach);
                    more = true;
                }
            }
        }
    }

    @Test
    void aSlotHasTheBatchThatRunsAndOneMore() {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 0, 100);
        shell.ready(1);
        assertThat(shell.batchesOf(1)).hasSize(2);
    }

    @Test
    void noBatchIsLargerThanTheChunkSize() {
        Shell shell = new Shell(1);
        shell.open(1, "a", new Source.Range(0, 1_000_000), 3);
        shell.grant(1, 0, 10_000);
        shell.ready(1);
        for (int i = 0; i < 20; i++) {
            ToExecutor.Batch batch = shell.batchesOf(1).get(i);
            assertThat(batch.items().count()).isLessThanOrEqualTo(3);
            shell.finish(1, 1, batch.items().from(), batch.items().to(), 10);
        }
        assertThat(shell.batchesOf(1).get(19).items().count()).isEqualTo(3);
    }

    @Test
    void aBatchOfLargeItemsStaysNearAMegabyte() throws IOException {
        Shell shell = new Shell(1);
        shell.open(1, "a", new Source.Streamed(), 0);
        SegmentWriter writer = new SegmentWriter();
        for (int i = 0; i < 40; i++) {
            writer.add(new byte[300_000]);
        }
        shell.grant(1, 0, 40, writer.take(0));
        shell.ready(1);
        for (int i = 0; i < 10; i++) {
            ToExecutor.Batch batch = shell.batchesOf(1).get(i);
            assertThat(batch.items().count()).isLessThanOrEqualTo(4);
            shell.finish(1, 1, batch.items().from(), batch.items().to(), 1000);
        }
        assertThat(shell.batchesOf(1).get(9).items().count()).isEqualTo(3);
    }

    @Test
    void itemsOfARangeAreComputedHere() throws Exception {
        Shell shell = new Shell(1);
        shell.open(1, "a");
        shell.grant(1, 70, 75);
        shell.ready(1);
        Segment items = shell.batchesOf(1).get(0).items();
        assertThat(items.from()).isEqualTo(70);
        assertThat(new SegmentReader(getClass().getClassLoader()).read(items, 70))
                .isEqualTo(1070L);
    }
}
