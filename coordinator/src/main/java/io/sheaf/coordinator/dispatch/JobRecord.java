package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.spill.Spill;
import io.sheaf.protocol.item.Intervals;
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
    final ItemStore items;
    final KeptResults kept;
    final Set<ClientPort> watchers = new LinkedHashSet<>();
    /** Results that were reported and that the scheduler has not yet spoken about. */
    final ArrayDeque<Segment> reported = new ArrayDeque<>();

    private JobState state = JobState.WAITING;
    private OptionalLong total = OptionalLong.empty();
    private OptionalLong endedAt = OptionalLong.empty();
    private Optional<String> reason = Optional.empty();
    private long succeeded;
    private long failed;
    private long requeued;
    private long retried;
    /** What has a result of a job that may begin again; the items of all else are kept. */
    private final Intervals results = new Intervals();

    JobRecord(JobId id, JobSpec spec, Optional<JobRecord> parent, long submittedAt, Spill spill) {
        this.items = new ItemStore(spill.shelf(true));
        this.kept = new KeptResults(() -> spill.shelf(false));
        this.id = id;
        this.spec = parent.map(outer -> within(outer.spec, spec)).orElse(spec);
        this.parent = parent.map(outer -> outer.id);
        this.depth = parent.map(outer -> outer.depth + 1).orElse(0);
        this.submittedAt = submittedAt;
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
        if (next.ended()) {
            endedAt = OptionalLong.of(now);
            if (spec.live() || next == JobState.SUCCEEDED) {
                items.clear();
            }
        }
    }

    void because(String why) {
        reason = Optional.of(why);
    }

    void completed(Segment segment) {
        succeeded += segment.count();
        if (!spec.live()) {
            results.add(segment.from(), segment.to());
        }
        ended(segment.from(), segment.to());
    }

    void failed(long index) {
        failed++;
        if (spec.live()) {
            ended(index, index + 1);
        }
    }

    /** How many items have no result though they did not fail. */
    long neverEnded() {
        return total.orElse(0) - succeeded - failed;
    }

    long failed() {
        return failed;
    }

    boolean hasResult(long index) {
        return results.contains(index);
    }

    /** What has no result is to be run again; returns what has one. */
    Headway again(Optional<Bundle> code) {
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
        kept.again(results.gaps(0, total.orElse(0)));
        failed = 0;
        state = JobState.WAITING;
        endedAt = OptionalLong.empty();
        reason = Optional.empty();
        return new Headway(results.ranges(), 0);
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

    void retried() {
        retried++;
    }

    void requeued(long items) {
        requeued += items;
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
