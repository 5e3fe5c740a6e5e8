package io.sheaf.simulation;

import io.sheaf.coordinator.scheduling.Reaction;
import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a lease costs the scheduler: from the report that ends one to the grant of the next, by how many workers and
 * waiting jobs there are. Leases end one after the other, each with a decision of its own, which is the worst case.
 */
public final class SchedulingBenchmark {
    private static final int SLOTS = 16;
    private static final int ROUNDS = 7;
    private static final int WARM_UP = 5;
    private static final int DECISIONS = 20_000;
    private static final long ITEM_NANOS = 20_000_000;

    private final TaskScheduler scheduler = new TaskScheduler(1);
    private final ArrayDeque<Command.Grant> granted = new ArrayDeque<>();
    private final SplittableRandom random = new SplittableRandom(1);
    private long now;

    private SchedulingBenchmark(int workers, int jobs) {
        scheduler.timePassed(now);
        for (int i = 1; i <= workers; i++) {
            scheduler.joined(new WorkerInfo(new WorkerId("w" + i), "host", i, SLOTS, 0, "0", List.of()), List.of());
        }
        for (int i = 1; i <= jobs; i++) {
            scheduler.submitted(new JobId(i), Policy.defaults());
            scheduler.inputEnded(new JobId(i), 1_000_000_000);
        }
        decide();
    }

    /** Prints a table; takes no arguments. */
    public static void main(String[] arguments) {
        System.out.println("| workers | waiting jobs | lease decisions/s | µs each | leases per decision |");
        System.out.println("|---:|---:|---:|---:|---:|");
        for (int workers : new int[] {1, 10, 100, 1_000}) {
            for (int jobs : new int[] {1, 100, 10_000}) {
                System.out.println(measure(workers, jobs));
            }
        }
        System.out.println();
        System.out.println(accept());
    }

    private static String measure(int workers, int jobs) {
        SchedulingBenchmark benchmark = new SchedulingBenchmark(workers, jobs);
        for (int i = 0; i < WARM_UP; i++) {
            benchmark.round();
        }
        List<Double> perSecond = new ArrayList<>();
        long leases = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long began = cpuNanos();
            long round = benchmark.round();
            perSecond.add(round * 1e9 / (cpuNanos() - began));
            leases += round;
        }
        double median = perSecond.stream().sorted().toList().get(ROUNDS / 2);
        return "| %,d | %,d | %,.0f | %.2f | %.2f |"
                .formatted(workers, jobs, median, 1e6 / median, leases / (double) ROUNDS / DECISIONS);
    }

    /** Ends so many leases; returns how many were granted instead. */
    private long round() {
        long grants = 0;
        for (int i = 0; i < DECISIONS; i++) {
            Command.Grant lease = granted.remove();
            now += 1_000;
            scheduler.timePassed(now);
            Range items = new Range(lease.from(), lease.to());
            long nanos = items.count() * (ITEM_NANOS / 2 + random.nextLong(ITEM_NANOS));
            scheduler.completed(lease.worker(), lease.job(), lease.lease(), items, nanos);
            grants += decide();
        }
        return grants;
    }

    private long decide() {
        long grants = 0;
        Reaction reaction = scheduler.place();
        for (Command command : reaction.commands()) {
            if (command instanceof Command.Grant grant) {
                granted.add(grant);
                grants++;
            }
        }
        return grants;
    }

    /** Of this thread, so that a busy machine does not count. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static String accept() {
        List<TaskScheduler> all = new ArrayList<>();
        int count = 1_000;
        for (int i = 0; i < 2 * count; i++) {
            all.add(new TaskScheduler(1));
        }
        long before = used();
        long began = 0;
        for (int i = 0; i < 2 * count; i++) {
            began = i == count ? cpuNanos() : began;
            all.get(i).submitted(new JobId(1), Policy.defaults());
            all.get(i).inputEnded(new JobId(1), 1_000_000_000);
            all.get(i).place();
        }
        double micros = (cpuNanos() - began) / 1e3 / count;
        long bytes = Math.max(0, used() - before) / all.size();
        return "A job of 10^9 items: accepted in %.1f µs, holds %,d bytes".formatted(micros, bytes);
    }

    @SuppressWarnings("SystemGarbageCollection") // what is held is what is left
    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
