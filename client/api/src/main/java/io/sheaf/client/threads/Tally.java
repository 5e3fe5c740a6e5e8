package io.sheaf.client.threads;

import io.sheaf.JobSummary;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How far a job in threads is, for those who ask. Guarded by the lock of the job's lane. */
final class Tally {
    private final Instant submittedAt = Instant.now();
    private long succeeded;
    private long failed;
    private @Nullable Instant endedAt;

    void succeeded() {
        succeeded++;
    }

    void failed() {
        failed++;
    }

    void ended() {
        endedAt = Instant.now();
    }

    /** @param total how many items it has; negative as long as its input has not ended */
    JobSummary summary(String id, String name, long total, long running, boolean stopped, @Nullable Exception why) {
        OptionalLong all = total < 0 ? OptionalLong.empty() : OptionalLong.of(total);
        JobSummary.Counts counts = new JobSummary.Counts(all, succeeded, failed, running);
        Optional<Instant> end = Optional.ofNullable(endedAt);
        return new JobSummary(
                id,
                name,
                state(running, stopped),
                counts,
                submittedAt,
                end,
                Optional.ofNullable(why).map(Exception::getMessage));
    }

    private JobSummary.State state(long running, boolean stopped) {
        if (endedAt == null) {
            boolean begun = running + succeeded + failed > 0;
            return stopped ? JobSummary.State.CANCELLING : begun ? JobSummary.State.RUNNING : JobSummary.State.WAITING;
        }
        return stopped ? JobSummary.State.CANCELLED : failed > 0 ? JobSummary.State.FAILED : JobSummary.State.SUCCEEDED;
    }
}
