package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An executor as it is seen from its worker: it takes one item after the other, gives back only what it has not begun,
 * answers late, and may do anything with an interrupt. What it is told and what it says waits in order.
 */
final class SimulatedExecutor {
    final ArrayDeque<ToExecutor> told = new ArrayDeque<>();
    final ArrayDeque<FromExecutor> says = new ArrayDeque<>();
    final Map<JobId, Integer> begun = new HashMap<>();
    private final Random random;
    private final ArrayDeque<Part> parts = new ArrayDeque<>();
    private final Set<JobId> prepared = new HashSet<>();
    private final Set<JobId> opened = new HashSet<>();
    private final List<Long> unsent = new ArrayList<>();
    private @Nullable JobId unsentJob;
    private long unsentNanos;
    private @Nullable JobId job;
    private long index;
    private long since;
    private boolean interrupted;
    private boolean stubborn;
    private boolean ending;
    /** It has said that it ends, or has nothing left to do after it was told to. */
    boolean over;
    /** It dies with its item, since an interrupt has left something behind. */
    boolean unclean;

    boolean ready;

    private static final class Part {
        final long number;
        final JobId job;
        final long to;
        long next;

        Part(ToExecutor.Batch batch) {
            number = batch.number();
            job = batch.job();
            next = batch.items().from();
            to = batch.items().to();
        }
    }

    SimulatedExecutor(Random random) {
        this.random = random;
    }

    /** What it runs, if anything. */
    Optional<Execution.Running> running() {
        return Optional.ofNullable(job).map(id -> new Execution.Running(id, index));
    }

    /** Since when it runs that. */
    long since() {
        return since;
    }

    boolean runs(JobId id) {
        return id.equals(job);
    }

    boolean isWaiting() {
        return job == null && parts.isEmpty() && told.isEmpty() && says.isEmpty() && unsent.isEmpty();
    }

    void hear() {
        ToExecutor message = told.poll();
        if (message instanceof ToExecutor.Open open) {
            opened.add(open.job());
        } else if (message instanceof ToExecutor.Batch batch && !over) {
            if (!opened.contains(batch.job())) {
                throw new AssertionError("Items of " + batch.job() + " came before the job");
            }
            parts.add(new Part(batch));
        } else if (message instanceof ToExecutor.TakeBack back) {
            giveBack(part -> part.number >= back.number());
            says.add(new FromExecutor.AllTakenBack(back.number()));
        } else if (message instanceof ToExecutor.Interrupt interrupt) {
            giveBack(part -> part.job.equals(interrupt.job()));
            if (interrupt.job().equals(job)) {
                interrupt();
            }
        } else if (message instanceof ToExecutor.InterruptItem interrupt) {
            if (interrupt.job().equals(job) && interrupt.index() == index) {
                interrupt();
            }
        } else if (message instanceof ToExecutor.Close close) {
            opened.remove(close.job());
            prepared.remove(close.job());
        } else if (message instanceof ToExecutor.End) {
            ending = true;
        }
    }

    private void interrupt() {
        interrupted = true;
        stubborn = random.nextInt(4) == 0;
    }

    private interface Choice {
        boolean takes(Part part);
    }

    private void giveBack(Choice choice) {
        for (Part part : List.copyOf(parts)) {
            if (choice.takes(part)) {
                parts.remove(part);
                says.add(new FromExecutor.TakenBack(part.number, part.next));
            }
        }
    }

    /** Begins or ends an item, or does what is done between two. */
    void work(long now, boolean initializes, boolean takesLong) {
        if (over) {
            return;
        }
        if (job != null) {
            go(now, takesLong);
            return;
        }
        parts.removeIf(part -> part.next == part.to);
        Part part = parts.peek();
        if (part == null) {
            flush();
            over = ending;
        } else if (!prepared.contains(part.job) && !initializes) {
            flush();
            giveBack(any -> true);
            says.add(new FromExecutor.NotInitialized(part.job, failure("X")));
            end();
        } else {
            prepared.add(part.job);
            job = part.job;
            index = part.next++;
            since = now;
            interrupted = false;
            begun.merge(part.job, 1, Integer::sum);
        }
    }

    private void end() {
        says.add(new FromExecutor.Ending("for a reason"));
        over = true;
    }

    private void go(long now, boolean takesLong) {
        JobId id = java.util.Objects.requireNonNull(job);
        if (interrupted ? stubborn : takesLong) {
            flush();
            if (random.nextBoolean()) {
                says.add(new FromExecutor.StillRunning(id, index, now - since));
            }
            return;
        }
        if (interrupted && random.nextInt(3) == 0) {
            flush();
            says.add(new FromExecutor.Ending("something was left behind"));
            over = true;
            unclean = true;
            return;
        }
        int kind = random.nextInt(30);
        if (interrupted ? kind < 20 : kind < 2) {
            flush();
            says.add(new FromExecutor.Failed(id, index, failure("X"), 1));
        } else if (kind == 29 && random.nextInt(5) == 0) {
            flush();
            says.add(new FromExecutor.Failed(id, index, failure("java.lang.OutOfMemoryError"), 1));
            giveBack(any -> true);
            end();
        } else {
            keep(id, now);
        }
        job = null;
    }

    private void keep(JobId id, long now) {
        boolean neighbour = !unsent.isEmpty() && unsent.get(unsent.size() - 1) == index - 1;
        if (!id.equals(unsentJob) || !neighbour) {
            flush();
        }
        unsentJob = id;
        unsent.add(index);
        unsentNanos += now - since;
        if (random.nextInt(6) == 0) {
            flush();
        }
    }

    private void flush() {
        JobId id = unsentJob;
        if (!unsent.isEmpty() && id != null) {
            says.add(new FromExecutor.Finished(id, Segment.ofLongs(unsent.get(0), unsent.size(), 0), unsentNanos));
        }
        unsent.clear();
        unsentNanos = 0;
    }

    private static Failure failure(String type) {
        return new Failure.Threw(new Thrown(type, "no", List.of(), Optional.empty(), List.of()), Bytes.EMPTY);
    }
}
