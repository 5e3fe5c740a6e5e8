package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.coordinator.spill.Spill;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Source;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A job as the coordinator keeps it beside the scheduler: its items, its results, who wants to know of it. */
final class JobRecord {
    final JobId id;
    /** Changes only where the job begins again with other code. */
    JobSpec spec;
    /** Whose task has started it. */
    final Optional<JobId> parent;
    /** How many jobs it is nested in. */
    final int depth;

    final long submittedAt;
    /** What becomes of it is written down. */
    final boolean durable;
    /** What its client calls it. */
    Optional<String> key = Optional.empty();

    final ItemStore items;
    final KeptResults kept;
    final Set<ClientPort> watchers = new LinkedHashSet<>();
    /** Results that were reported and that the scheduler has not yet spoken about. */
    final ArrayDeque<Segment> reported = new ArrayDeque<>();
    /** Items that have come and that the scheduler has not yet spoken about. */
    final ArrayDeque<Segment> arriving = new ArrayDeque<>();

    private JobState state = JobState.WAITING;
    private OptionalLong total = OptionalLong.empty();
    private OptionalLong endedAt = OptionalLong.empty();
    private Optional<String> reason = Optional.empty();
    private long succeeded;
    private long failed;
    private long requeued;
    private long retried;
    /** What has a result, of a job that may begin again: its items are kept as long as its results are. */
    private final Intervals results = new Intervals();
    /** What has failed, of such a job. */
    private Intervals failures = new Intervals();

    JobRecord(JobId id, JobSpec spec, Optional<JobRecord> parent, long submittedAt, Spill spill, boolean durable) {
        this.items = new ItemStore(spill.shelf(true));
        this.kept = new KeptResults(() -> spill.shelf(false));
        this.id = id;
        this.spec = parent.map(outer -> within(outer.spec, spec)).orElse(spec);
        this.parent = parent.map(outer -> outer.id);
        this.depth = parent.map(outer -> outer.depth + 1).orElse(0);
        this.submittedAt = submittedAt;
        this.durable = durable;
    }

    /**
     * What a task starts runs the task's own code, and goes before what else is as urgent as the task: a task that waits
     * for it holds up everything behind itself.
     */
    private static JobSpec within(JobSpec outer, JobSpec inner) {
        Policy.Share share = inner.policy().share();
        int above = (int) Math.min(Integer.MAX_VALUE, outer.policy().share().priority() + 1L);
        int priority = Math.max(above, share.priority());
        Policy policy =
                inner.policy().withShare(new Policy.Share(priority, share.weight(), share.atOnce(), share.requires()));
        return new JobSpec(
                inner.name(),
                inner.work(),
                inner.source(),
                outer.code(),
                inner.form(),
                policy,
                inner.initializer(),
                inner.live(),
                inner.durable());
    }

    /** So far it had come before it was submitted here. */
    void goesOnFrom(Headway headway) {
        succeeded = headway.count() - headway.failed();
        failed = headway.failed();
        items.passOver(headway.ended());
    }

    JobState state() {
        return state;
    }

    OptionalLong total() {
        return total;
    }

    /** Whether its source may still go on, or end. */
    boolean takesItems() {
        return total.isEmpty() && !state.ended() && state != JobState.CANCELLING;
    }

    boolean isRange() {
        return spec.source() instanceof Source.Range;
    }

    void inputEnded(long count) {
        total = OptionalLong.of(count);
    }

    void became(JobState next, long now) {
        state = next;
        if (next == JobState.SUCCEEDED || next == JobState.FAILED) {
            tellLeftOut();
        }
        if (next.ended()) {
            endedAt = OptionalLong.of(now);
            if (isInputOver()) {
                items.clear();
            }
        }
        if (next.ended() || next == JobState.CANCELLING) {
            arriving.clear();
        }
    }

    /** Whether it has ended so that nobody will ask for its items any more. */
    boolean isInputOver() {
        return spec.live() && state.ended();
    }

    /** Milliseconds since 1970; for one that has ended. */
    long endedAt() {
        return endedAt.orElse(Long.MAX_VALUE);
    }

    /** Of what failed all may have a result now, and yet not of the job. */
    private void tellLeftOut() {
        if (!spec.live() && reason.isEmpty() && neverEnded() > 0) {
            state = state == JobState.SUCCEEDED ? JobState.CANCELLED : state;
            reason = Optional.of(neverEnded()
                    + " items never ran to an end, since the job was ended early; `sheaf retry " + id + "` runs them");
        }
    }

    void because(String why) {
        reason = Optional.of(why);
    }

    private void completed(long from, long to) {
        succeeded += to - from;
        if (spec.live()) {
            ended(from, to);
        } else {
            results.add(from, to);
        }
    }

    /** Something became true of it, other than that its state changed; returns whether that shows. */
    boolean heard(Fact fact) {
        if (fact instanceof Fact.Completed completed) {
            completed(completed.from(), completed.to());
        } else if (fact instanceof Fact.Failed failed) {
            failed(failed.failure().index());
        } else if (fact instanceof Fact.Requeued back) {
            requeued += back.items();
        } else if (fact instanceof Fact.Retried) {
            retried++;
        } else if (fact instanceof Fact.GivenUp given) {
            because(given.reason());
            return false;
        } else {
            return false;
        }
        return true;
    }

    private void failed(long index) {
        failed++;
        if (spec.live()) {
            ended(index, index + 1);
        } else {
            failures.add(index, index + 1);
        }
    }

    /** How many items have no result though they did not fail. */
    long neverEnded() {
        return total.orElse(0) - succeeded - failed;
    }

    long failed() {
        return failed;
    }

    /** What is run again: what has no result, or of that only what has failed. */
    List<Range> rerun(boolean onlyFailed) {
        return onlyFailed ? failures.ranges() : results.gaps(0, total.orElse(0));
    }

    /** These items are to be run again; returns what is not. */
    Headway again(Optional<Bundle> code, List<Range> rerun) {
        spec = new JobSpec(
                spec.name(),
                spec.work(),
                spec.source(),
                code.orElse(spec.code()),
                spec.form(),
                spec.policy(),
                spec.initializer(),
                spec.live(),
                spec.durable());
        kept.again(rerun);
        failures = new Intervals();
        failed = 0;
        state = JobState.WAITING;
        endedAt = OptionalLong.empty();
        reason = Optional.empty();
        Intervals left = new Intervals();
        left.add(0, total.orElse(0));
        rerun.forEach(range -> left.remove(range.from(), range.to()));
        return new Headway(left.ranges(), 0);
    }

    /** Nobody will ask for anything of it any more. */
    void clear() {
        items.clear();
        kept.clear();
    }

    private void ended(long from, long to) {
        if (!isRange()) {
            items.ended(from, to);
        }
    }

    /** The part of a reported segment that the scheduler has found to be new. */
    Segment take(long from, long to) {
        while (reported.getFirst().from() > from || reported.getFirst().to() < to) {
            reported.remove();
        }
        return reported.getFirst().slice(from, to);
    }

    /** The items by which the scheduler has found that there are more. */
    Optional<Segment> takeArriving(long upTo) {
        boolean there = !arriving.isEmpty() && arriving.getFirst().to() <= upTo;
        return there ? Optional.of(arriving.remove()) : Optional.empty();
    }

    /** How it stands, while so many items are handed out. */
    JobStatus status(long running) {
        return new JobStatus(
                id,
                spec.name(),
                state,
                total,
                succeeded,
                failed,
                state.ended() ? 0 : running,
                requeued,
                retried,
                submittedAt,
                endedAt,
                reason);
    }
}
