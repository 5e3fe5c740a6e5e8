package io.sheaf.coordinator.journal;

import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.WorkerId;
import java.util.Optional;

/** Something to be written down. Times are milliseconds since 1970. */
public sealed interface Entry {
    /** What is read back, in the order in which it was written. */
    sealed interface OfJob extends Entry {
        /** The job that it is about. */
        JobId job();
    }

    /**
     * A job was accepted.
     *
     * @param key by which its client knows it, too
     * @param token of its tasks
     */
    record Opened(JobId job, Optional<String> key, JobToken token, JobSpec spec, long at) implements OfJob {}

    /**
     * A job that had ended is run again, as far as it has no results; the facts about that follow.
     *
     * @param onlyFailed whether only what has failed is
     */
    record Reopened(JobId job, JobSpec spec, boolean onlyFailed) implements OfJob {}

    /**
     * Something became true.
     *
     * @param body the items that arrived, or the results that came
     */
    record Happened(Fact fact, long at, Optional<Segment> body) implements OfJob {
        @Override
        public JobId job() {
            return fact.job();
        }
    }

    /** Why the job ends early: a clause. */
    record Explained(JobId job, String reason) implements OfJob {}

    /** A task printed something. */
    record Printed(JobId job, Output output) implements OfJob {}

    /** Nobody will ask for the job's items any more. */
    record InputDropped(JobId job) implements Entry {}

    /** Nobody will ask for anything of the job any more. */
    record Forgotten(JobId job) implements Entry {}

    /** Job numbers up to this one may have been given away. */
    record Numbered(long upTo) implements Entry {}

    /** A worker is here. */
    record WorkerCame(WorkerId worker) implements Entry {}

    /** A worker is not here any more. */
    record WorkerGone(WorkerId worker) implements Entry {}
}
