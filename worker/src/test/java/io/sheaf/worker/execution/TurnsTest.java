package io.sheaf.worker.execution;

import static io.sheaf.worker.execution.Shell.MILLI;
import static io.sheaf.worker.execution.Shell.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Policy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets the slots, with executors that do as they are told. */
class TurnsTest {
    private static final Policy USUAL = Policy.defaults();

    @Test
    void equalJobsGetEqualTimeNotEqualItems() {
        Map<JobId, Long> time = timesOf(1, Map.of(1L, USUAL, 2L, USUAL), Map.of(1L, MILLI, 2L, 30 * MILLI));
        assertThat(share(time, 1)).isBetween(0.4, 0.6);
    }

    @Test
    void aHeavierJobGetsMoreTime() {
        Map<JobId, Long> time = timesOf(2, Map.of(1L, weight(3), 2L, weight(1)), Map.of(1L, MILLI, 2L, MILLI));
        assertThat(share(time, 1)).isBetween(0.68, 0.82);
    }

    @Test
    void aHigherPriorityGetsAllThatItCanUse() {
        Map<JobId, Long> time = timesOf(2, Map.of(1L, USUAL, 2L, priority(1)), Map.of(1L, MILLI, 2L, MILLI));
        assertThat(share(time, 2)).isGreaterThan(0.97);
    }

    @Test
    void aNewJobBeginsWithinTwoMicroBatchesThoughThousandsOfItemsWait() {
        Desk desk = new Desk(2, Map.of(1L, USUAL, 2L, USUAL), Map.of(1L, MILLI, 2L, MILLI));
        desk.shell.grant(1, 0, 1_000_000);
        desk.runUntil(SECOND);
        desk.shell.grant(2, 0, 1);
        long submitted = desk.shell.now;
        desk.runUntil(submitted + 25 * MILLI);
        assertThat(desk.time).containsKey(new JobId(2));
    }

    @Test
    void aNewJobDoesNotWaitForASecondLongItem() {
        Desk desk = new Desk(1, Map.of(1L, USUAL, 2L, USUAL), Map.of(1L, SECOND, 2L, MILLI));
        desk.shell.grant(1, 0, 1000);
        desk.runUntil(5 * SECOND + SECOND / 2);
        desk.shell.grant(2, 0, 1);
        desk.runUntil(desk.shell.now + SECOND);
        assertThat(desk.time).containsKey(new JobId(2));
    }

    @Test
    void aNewJobIsNotStuckBehindTheOneSlowItem() {
        Desk desk = new Desk(2, Map.of(1L, USUAL, 2L, USUAL), Map.of(1L, 10 * MILLI, 2L, MILLI));
        desk.slowest = 3;
        desk.shell.grant(1, 0, 100_000);
        desk.runUntil(200 * MILLI);
        desk.shell.grant(2, 0, 1);
        desk.runUntil(desk.shell.now + 60 * MILLI);
        assertThat(desk.time).containsKey(new JobId(2));
    }

    @Test
    void aJobThatComesBackHasNoClaimOnTheTimeInWhichItWantedNothing() {
        Desk desk = new Desk(1, Map.of(1L, USUAL, 2L, USUAL), Map.of(1L, MILLI, 2L, MILLI));
        desk.shell.grant(1, 0, 1_000_000);
        desk.runUntil(10 * SECOND);
        desk.shell.grant(2, 0, 1_000_000);
        desk.time.clear();
        desk.runUntil(desk.shell.now + SECOND);
        assertThat(share(desk.time, 1)).isBetween(0.4, 0.6);
    }

    private static Map<JobId, Long> timesOf(int slots, Map<Long, Policy> policies, Map<Long, Long> costs) {
        Desk desk = new Desk(slots, policies, costs);
        policies.keySet().stream().sorted().forEach(job -> desk.shell.grant(job, 0, 1_000_000));
        desk.runUntil(5 * SECOND);
        return desk.time;
    }

    private static double share(Map<JobId, Long> time, long job) {
        long all = time.values().stream().mapToLong(nanos -> nanos).sum();
        return time.getOrDefault(new JobId(job), 0L) / (double) all;
    }

    private static Policy weight(int weight) {
        return USUAL.withShare(new Policy.Share(0, weight, 0, List.of()));
    }

    private static Policy priority(int priority) {
        return USUAL.withShare(new Policy.Share(priority, 1, 0, List.of()));
    }

    /** A worker whose executors run each job's items in the time that they cost. */
    private static final class Desk {
        private final Shell shell;
        private final Map<Long, Long> costs;
        private final Map<JobId, Long> time = new HashMap<>();
        private final Map<Long, Hand> hands = new HashMap<>();
        /** The item of job 1 that takes half a second. */
        private long slowest = -1;

        Desk(int slots, Map<Long, Policy> policies, Map<Long, Long> costs) {
            this.shell = new Shell(slots);
            this.costs = costs;
            shell.warm(slots, "a");
            for (long executor = 1; executor <= slots; executor++) {
                hands.put(executor, new Hand(executor));
            }
            policies.forEach((job, policy) -> shell.open(job, "a", policy));
        }

        void runUntil(long end) {
            while (shell.now < end) {
                hands.values().forEach(Hand::step);
                shell.pass(MILLI);
            }
        }

        private final class Hand {
            private final long executor;
            private final ArrayDeque<Part> parts = new ArrayDeque<>();
            private int heard;
            private boolean busy;
            private JobId job = new JobId(0);
            private long index;
            private long cost;
            private long until;

            Hand(long executor) {
                this.executor = executor;
            }

            void step() {
                List<ToExecutor> told = shell.tells(executor, ToExecutor.class);
                while (heard < told.size()) {
                    hear(told.get(heard++));
                }
                if (busy && shell.now >= until) {
                    busy = false;
                    shell.hear(executor, new FromExecutor.Finished(job, Segment.ofLongs(index, 1, 0), cost));
                }
                parts.removeIf(part -> part.next == part.to);
                if (!busy && !parts.isEmpty()) {
                    begin(parts.getFirst());
                }
            }

            private void begin(Part part) {
                busy = true;
                job = part.job;
                index = part.next++;
                cost = job.number() == 1 && index == slowest ? SECOND / 2 : costs.getOrDefault(job.number(), 0L);
                until = shell.now + cost;
                time.merge(job, cost, Long::sum);
            }

            private void hear(ToExecutor message) {
                if (message instanceof ToExecutor.Batch batch) {
                    parts.add(new Part(batch));
                } else if (message instanceof ToExecutor.TakeBack back) {
                    for (Part part : parts) {
                        if (part.number >= back.number()) {
                            part.to = part.next;
                            shell.giveBack(executor, part.number, part.next);
                        }
                    }
                    shell.allGivenBack(executor, back.number());
                }
            }
        }

        private static final class Part {
            private final long number;
            private final JobId job;
            private long next;
            private long to;

            Part(ToExecutor.Batch batch) {
                number = batch.number();
                job = batch.job();
                next = batch.items().from();
                to = batch.items().to();
            }
        }
    }
}
