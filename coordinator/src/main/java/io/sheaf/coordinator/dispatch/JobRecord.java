package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.spill.Spill;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Source;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A job as the coordinator keeps it beside the scheduler: its items, its results, who wants to know of it. */
final class JobRecord {
    final JobId id;
    final JobSpec spec;
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

    JobRecord(JobId id, JobSpec spec, long submittedAt, Spill spill) {
        this.items = new ItemStore(spill.shelf(true));
        this.kept = new KeptResults(spill.shelf(false));
        this.id = id;
        this.spec = spec;
        this.submittedAt = submittedAt;
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
            items.clear();
        }
    }

    void because(String why) {
        reason = Optional.of(why);
    }

    void completed(Segment results) {
        succeeded += results.count();
        ended(results.from(), results.to());
    }

    void failed(long index) {
        failed++;
        ended(index, index + 1);
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
