package io.sheaf.client.session;

import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import java.util.Optional;
import java.util.OptionalLong;

/** How many items of a job have ended, over all connections that it has been over. For one thread. */
final class Tally {
    private long total = -1;
    private long succeeded;
    private long failed;
    private long succeededBefore;
    private long failedBefore;

    /** The input has ended, with so many items. */
    void total(long items) {
        total = items;
    }

    boolean isTotalKnown() {
        return total >= 0;
    }

    void succeeded(long items) {
        succeeded += items;
    }

    void failed() {
        failed++;
    }

    /** An item failed that the coordinator of the present connection does not know of. */
    void failedUnsent() {
        failed++;
        failedBefore++;
    }

    /** What the coordinator counts begins at 0 again. */
    void restart() {
        succeededBefore = succeeded;
        failedBefore = failed;
    }

    /** The job as its client knows it. */
    JobStatus overall(JobStatus now) {
        boolean failures = now.state() == JobState.SUCCEEDED && failedBefore > 0;
        return new JobStatus(
                now.id(),
                now.name(),
                failures ? JobState.FAILED : now.state(),
                isTotalKnown() ? OptionalLong.of(total) : now.total(),
                succeededBefore + now.succeeded(),
                failedBefore + now.failed(),
                now.running(),
                now.requeued(),
                now.retried(),
                now.submittedAt(),
                now.endedAt(),
                now.reason());
    }

    /** The job after it was cancelled while no coordinator knew it. */
    JobStatus cancelled(JobId id, String name) {
        String reason = "it was cancelled while there was no connection";
        OptionalLong items = isTotalKnown() ? OptionalLong.of(total) : OptionalLong.empty();
        OptionalLong never = OptionalLong.empty();
        return new JobStatus(
                id, name, JobState.CANCELLED, items, succeeded, failed, 0, 0, 0, 0, never, Optional.of(reason));
    }
}
