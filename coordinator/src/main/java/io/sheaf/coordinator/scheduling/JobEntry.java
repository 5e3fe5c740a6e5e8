package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A job and where its items are: ended, leased, waiting for a retry, given back, or never handed out. Grows with the
 * ranges that these form, not with the items. What has to survive changes by facts alone.
 */
final class JobEntry {
    /** What an item may take as long as none of its job was measured. */
    static final double GUESSED_NANOS = 50e6;

    final JobId id;
    final Policy policy;
    /** When it came here. */
    final long since;

    final Pace pace;
    final Turn turn = new Turn();
    final Troubles troubles = new Troubles();
    final Set<WorkerEntry> stopping = new LinkedHashSet<>();
    final Set<WorkerEntry> openedAt = new LinkedHashSet<>();
    /** Workers that have said that they cannot run it, and why. */
    final Map<WorkerId, String> refusals = new LinkedHashMap<>();
    /** Items that were started a second time while they run, with both leases. */
    final Map<Long, List<Lease>> doubled = new LinkedHashMap<>();
    /** Items that had their second attempt: there is no third. */
    final Set<Long> tried = new LinkedHashSet<>();
    /** It is to be handed out no further because what it brings has no place to go. */
    boolean held;
    /** It is to be handed out only once those are here who may run something of it. */
    boolean awaitsWorkers;
    /** The last lease of a life that it may have had before. */
    final LeaseId after;
    /** When an item of it was last handed out. */
    long lastGrant;

    /** What ended before this job came here, as far as it is still to be passed. */
    private final ArrayDeque<Range> earlier;

    private final Intervals ended = new Intervals();
    private final Intervals returned = new Intervals();
    private final Delays delays = new Delays();
    private final Set<Long> suspects = new LinkedHashSet<>();
    private JobState state = JobState.WAITING;
    private JobState endsAs = JobState.CANCELLED;
    private long fresh;
    private long arrived;
    private long measured;
    private long arrivedBytes;
    private OptionalLong total = OptionalLong.empty();
    private long failed;

    /** Where the job stands in line; changed only while it is not in any. */
    static final class Turn {
        double time;
        double head;
        boolean active;
    }

    JobEntry(Fact.Submitted submitted, long now) {
        this.id = submitted.job();
        this.policy = submitted.policy();
        this.after = submitted.after();
        this.earlier = new ArrayDeque<>(submitted.headway().ended());
        this.failed = submitted.headway().failed();
        this.since = now;
        this.lastGrant = now;
        this.pace = new Pace(policy.speculative());
        passEarlier();
    }

    /** Makes a fact true of this job. */
    void apply(Fact fact, long now) {
        if (fact instanceof Fact.Arrived more) {
            measured += more.upTo() - arrived;
            arrivedBytes += more.bytes();
            arrived = more.upTo();
            passEarlier();
        } else if (fact instanceof Fact.InputEnded input) {
            arrived = input.total();
            total = OptionalLong.of(input.total());
            passEarlier();
        } else if (fact instanceof Fact.Completed done) {
            end(done.from(), done.to());
        } else if (fact instanceof Fact.Failed failure) {
            failed++;
            end(failure.failure().index(), failure.failure().index() + 1);
        } else if (fact instanceof Fact.Retried retried) {
            troubles.threw(retried.index(), retried.lease(), retried.worker(), retried.cause(), now);
        } else if (fact instanceof Fact.Died died) {
            troubles.died(died.index(), died.lease(), died.report(), now);
        } else if (fact instanceof Fact.WasThere was) {
            troubles.wasThere(was.index(), was.report(), now);
        } else if (fact instanceof Fact.GivenUp) {
            endsAs = JobState.FAILED;
        } else if (fact instanceof Fact.Became became) {
            become(became.state());
        }
    }

    /** What ended before is not sent: it counts as here, and as ended, once all that comes first is here. */
    private void passEarlier() {
        while (!earlier.isEmpty() && earlier.getFirst().from() <= arrived) {
            Range range = earlier.removeFirst();
            arrived = Math.max(arrived, range.to());
            end(range.from(), range.to());
        }
    }

    private void become(JobState next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("Job " + id + " cannot go from " + state + " to " + next);
        }
        state = next;
    }

    private void end(long from, long to) {
        if (to > fresh) {
            handOut(to);
        }
        ended.add(from, to);
        returned.remove(from, to);
        troubles.ended(from, to);
        delays.ended(from, to);
        suspects.removeIf(index -> from <= index && index < to);
        tried.removeIf(index -> from <= index && index < to);
    }

    /** What must be the same after all facts were heard again. */
    String durableState() {
        return id + " " + state + " " + policy + " " + arrived + " " + total + " " + ended + " " + failed + " "
                + troubles;
    }

    /**
     * Whether the ranges of ended items are no more than what lies between them calls for: each gap is there because of
     * something that waits or is at a worker.
     *
     * @param leases all of this job
     */
    boolean isTidy(List<Lease> leases) {
        long between = (long) returned.ranges().size() + suspects.size() + delays.size();
        for (Lease lease : leases) {
            for (Range open : lease.open.ranges()) {
                between += 1L + ended.within(open.from(), open.to()).size();
            }
        }
        return ended.ranges().size() <= 1 + between;
    }

    JobState state() {
        return state;
    }

    /** What it becomes when it ends early. */
    JobState endsAs() {
        return endsAs;
    }

    boolean takesWork() {
        return state == JobState.WAITING || state == JobState.RUNNING;
    }

    boolean inputEnded() {
        return total.isPresent();
    }

    long failed() {
        return failed;
    }

    /** What an item takes, measured or guessed. */
    double nanosPerItem() {
        return pace.nanosPerItem() == 0 ? GUESSED_NANOS : pace.nanosPerItem();
    }

    /** What an item has to carry to a worker or back, whichever is more. */
    double bytesPerItem() {
        return Math.max(pace.bytesPerResult(), measured == 0 ? 0 : (double) arrivedBytes / measured);
    }

    /** Items that nobody has and that may run. */
    long unassigned() {
        return returned.size() + arrived - fresh + suspects.size();
    }

    /** Items that were handed out and have neither ended nor come back. */
    long running() {
        return fresh - returned.size() - suspects.size() - delays.size() - ended.size();
    }

    /** How many items more it may have running at once. */
    long room() {
        int atOnce = policy.share().atOnce();
        return atOnce == 0 ? Long.MAX_VALUE : Math.max(0, atOnce - running() - doubled.size());
    }

    /** Whether an item of it could be handed out. */
    boolean isReady() {
        return takesWork() && !held && !awaitsWorkers && unassigned() > 0 && room() > 0;
    }

    boolean isComplete() {
        return total.isPresent() && ended.size() == total.getAsLong();
    }

    boolean hasEnded(long index) {
        return ended.contains(index);
    }

    boolean wasHandedOut(long index) {
        return index < fresh;
    }

    /** Whether an item has come and has not ended; from then on it counts as handed out. */
    boolean isThere(long index) {
        if (index < 0 || index >= arrived || ended.contains(index)) {
            return false;
        }
        if (index >= fresh) {
            handOut(index + 1);
        }
        return true;
    }

    /** What was never handed out up to there counts as having come back. */
    private void handOut(long upTo) {
        returned.add(fresh, upTo);
        fresh = upTo;
    }

    /** Makes a fact of an earlier life true. */
    void replay(Fact fact, long now) {
        apply(fact, now);
        if (fact instanceof Fact.Died died && isThere(died.index())) {
            giveBack(new Range(died.index(), died.index() + 1));
        } else if (fact instanceof Fact.WasThere was && isThere(was.index())) {
            giveBack(new Range(was.index(), was.index() + 1));
        }
    }

    /** Where an item is that no worker has, in words. */
    String whereabouts(long index) {
        if (index < 0 || index >= arrived) {
            return total.isPresent() ? "there is no such item" : "it has not come yet";
        }
        if (suspects.contains(index)) {
            return "it waits to be run alone, since it has ended its process before";
        }
        return returned.contains(index) || index >= fresh ? "it waits for a slot" : "it waits for its next attempt";
    }

    /** Those of a range that have not ended, as far as they were ever handed out. */
    List<Range> notEnded(Range range) {
        return range.to() > fresh ? List.of() : ended.gaps(range.from(), range.to());
    }

    Delays delays() {
        return delays;
    }

    long suspects() {
        return suspects.size();
    }

    /** The suspect that comes next. */
    @Nullable
    Long nextSuspect() {
        return suspects.isEmpty() ? null : suspects.iterator().next();
    }

    /** Hands out a suspect. */
    void takeSuspect(long index) {
        suspects.remove(index);
    }

    /** Whether there is anything to hand out but suspects. */
    boolean hasInnocent() {
        return !returned.isEmpty() || fresh < arrived;
    }

    /** Takes neighbours that nobody has, at most so many; what was given back comes first. */
    Range take(long count) {
        if (!returned.isEmpty()) {
            Range first = returned.first();
            Range taken = new Range(first.from(), Math.min(first.to(), first.from() + count));
            returned.remove(taken.from(), taken.to());
            return taken;
        }
        Range taken = new Range(fresh, Math.min(arrived, fresh + count));
        fresh = taken.to();
        return taken;
    }

    /** What an earlier life of the coordinator has handed out counts as handed out. */
    void reach(long to) {
        if (to > fresh && to <= arrived) {
            handOut(to);
        }
    }

    /** Those of a range that have not ended. */
    List<Range> open(Range range) {
        reach(range.to());
        return ended.gaps(range.from(), range.to());
    }

    /** Whether nobody has any of these items. */
    boolean isFree(Range range) {
        boolean returnedAll = range.from() < range.to()
                && returned.gaps(range.from(), range.to()).isEmpty();
        return returnedAll || isSuspect(range);
    }

    boolean isSuspect(Range range) {
        return range.to() == range.from() + 1 && suspects.contains(range.from());
    }

    void takeFree(Range range) {
        if (isSuspect(range)) {
            suspects.remove(range.from());
        } else {
            returned.remove(range.from(), range.to());
        }
    }

    /**
     * Items are nobody's any more; those that have ended stay so. What has ended a process runs alone from now on.
     *
     * @return how many wait again
     */
    long giveBack(Range range) {
        long count = 0;
        for (Range open : ended.gaps(range.from(), range.to())) {
            returned.add(open.from(), open.to());
            count += open.count();
        }
        troubles.all().subMap(range.from(), range.to()).keySet().forEach(index -> {
            if (returned.contains(index) && troubles.isSuspect(index)) {
                returned.remove(index, index + 1);
                suspects.add(index);
            }
        });
        return count;
    }

    /** An item waits for its retry. */
    void delay(long index, long until) {
        delays.add(index, until);
    }

    /** Retries whose time has come wait like all others. */
    void endDelays(long now) {
        delays.due(now).forEach(index -> giveBack(new Range(index, index + 1)));
    }
}
