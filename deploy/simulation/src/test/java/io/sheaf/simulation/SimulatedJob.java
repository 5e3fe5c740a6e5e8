package io.sheaf.simulation;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Encoding;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A job, what its items really did, and what the coordinator has said of them. */
final class SimulatedJob {
    final JobId id;
    final long total;
    final boolean streamed;
    final Policy policy;
    final Costs costs;
    final Bundle code;
    final Nest nest;
    final Intervals succeeded = new Intervals();
    final Intervals failed = new Intervals();
    private final Intervals produced = new Intervals();
    private final Map<Long, Integer> thrown = new HashMap<>();
    private final Map<Long, Integer> retried = new HashMap<>();
    private final Map<Long, Integer> deaths = new HashMap<>();
    JobState state = JobState.WAITING;
    long arrived;
    boolean inputEnded;
    boolean cancelled;
    /** Items that were cancelled one by one. */
    final Set<Long> unwanted = new HashSet<>();

    boolean givenUp;
    long submittedAt;
    long startedAt = -1;
    long endedAt = -1;
    long leases;

    private final List<SimulatedJob> children = new ArrayList<>();
    private final List<Runnable> whenOver = new ArrayList<>();

    /**
     * What its items start and wait for, each at its end.
     *
     * @param depth how many jobs it is nested in
     * @param levels how many levels of jobs are below it; 0: its items start nothing
     * @param items how many items each of these jobs has
     */
    record Nest(int depth, int levels, long items) {
        static final Nest NONE = new Nest(0, 0, 0);

        Nest inner() {
            return new Nest(depth + 1, levels - 1, items);
        }
    }

    SimulatedJob(JobId id, long total, boolean streamed, Policy policy, Costs costs, Bundle code, Nest nest) {
        this.nest = nest;
        this.id = id;
        this.total = total;
        this.streamed = streamed;
        this.policy = policy;
        this.costs = costs;
        this.code = code;
    }

    void started(SimulatedJob child) {
        children.add(child);
    }

    List<SimulatedJob> children() {
        return children;
    }

    /** What has no result is going to be run again. */
    void again() {
        List.copyOf(failed.ranges()).forEach(range -> failed.remove(range.from(), range.to()));
        retried.clear();
        state = JobState.WAITING;
        cancelled = false;
        givenUp = false;
    }

    /** Nobody knows what has come of it but who has written it down. */
    void forgetInput() {
        arrived = 0;
        inputEnded = false;
    }

    /** Something of it was written down. */
    void input(Fact fact) {
        if (fact instanceof Fact.Arrived more) {
            arrived = more.upTo();
        } else if (fact instanceof Fact.InputEnded input) {
            arrived = input.total();
            inputEnded = true;
        }
    }

    /** Calls that once it has ended, or nobody will ever say so. */
    void whenOver(Runnable call) {
        whenOver.add(call);
    }

    void over() {
        List<Runnable> calls = List.copyOf(whenOver);
        whenOver.clear();
        calls.forEach(Runnable::run);
    }

    boolean takesWork() {
        return state == JobState.WAITING || state == JobState.RUNNING;
    }

    boolean isOver() {
        return state.ended();
    }

    long ended() {
        return succeeded.size() + failed.size();
    }

    /** From its submission to its end. */
    long took() {
        return endedAt - submittedAt;
    }

    boolean succeedsNow(long index) {
        return !costs.poison().contains(index) && !failsNow(index);
    }

    boolean failsNow(long index) {
        if (costs.failures().isEmpty()) {
            return false;
        }
        Integer times = costs.failures().get(index);
        return times != null && thrown.getOrDefault(index, 0) < times;
    }

    void threw(long index) {
        thrown.merge(index, 1, Integer::sum);
    }

    int thrown(long index) {
        return thrown.getOrDefault(index, 0);
    }

    /** Counts a retry of an item; returns how many there were by now. */
    int retriedAt(long index) {
        return retried.merge(index, 1, Integer::sum);
    }

    void diedAt(long index) {
        deaths.merge(index, 1, Integer::sum);
    }

    int deaths(long index) {
        return deaths.getOrDefault(index, 0);
    }

    void produced(long from, long to) {
        produced.add(from, to);
    }

    boolean wasProduced(long from, long to) {
        return produced.gaps(from, to).isEmpty();
    }

    ToWorker opening() {
        Source source = streamed ? new Source.Streamed() : new Source.Range(0, total - 1);
        return new ToWorker.JobOpened(
                id,
                new Work.Calls(),
                Optional.empty(),
                source,
                code,
                ResultForm.OBJECT,
                policy,
                new Nesting(new JobToken("a token"), nest.depth()));
    }

    /** Items as they travel; their values matter to nobody. */
    List<Segment> items(long from, long to) {
        if (!streamed) {
            return List.of();
        }
        long middle = from + (to - from) / 2;
        return middle == from ? List.of(segment(from, to)) : List.of(segment(from, middle), segment(middle, to));
    }

    private static Segment segment(long from, long to) {
        return new Segment(from, Math.toIntExact(to - from), Encoding.NULL, 0, Bytes.EMPTY, Bytes.EMPTY);
    }

    @Override
    public String toString() {
        return "job %s: %s, %d of %d arrived%s, %d succeeded, %d failed%s%s, missing %s"
                .formatted(
                        id,
                        state,
                        arrived,
                        total,
                        inputEnded ? " (all)" : "",
                        succeeded.size(),
                        failed.size(),
                        cancelled ? ", cancelled" : "",
                        givenUp ? ", given up" : "",
                        missing());
    }

    private List<Intervals.Range> missing() {
        Intervals all = new Intervals();
        succeeded.ranges().forEach(range -> all.add(range.from(), range.to()));
        failed.ranges().forEach(range -> all.add(range.from(), range.to()));
        List<Intervals.Range> gaps = all.gaps(0, total);
        return gaps.size() > 10 ? gaps.subList(0, 10) : gaps;
    }
}
