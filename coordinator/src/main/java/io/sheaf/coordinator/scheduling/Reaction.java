package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;

/**
 * What follows from a stimulus: first the facts are to be kept, then the commands carried out.
 *
 * @param facts what is true from now on, in order
 * @param commands what is to be done, in order
 */
public record Reaction(List<Fact> facts, List<Command> commands) {

    /** Something that will not be undone. A scheduler that hears all facts again is as the one that said them. */
    public sealed interface Fact {
        /** The job. */
        JobId job();

        /**
         * There is a job, whose items are to be run so, but for those that ended before.
         *
         * @param after what comes under this lease or an older one is not about it, or about what ended before
         */
        record Submitted(JobId job, Policy policy, Headway headway, LeaseId after) implements Fact {}

        /** The items up to before an index are there; the bytes are those of the new ones. */
        record Arrived(JobId job, long upTo, long bytes) implements Fact {}

        /** There are that many items and no more. */
        record InputEnded(JobId job, long total) implements Fact {}

        /** These items have their results: those that were reported now, as far as they had none. */
        record Completed(JobId job, long from, long to) implements Fact {}

        /** This item will not have a result. */
        record Failed(JobId job, ItemFailure failure) implements Fact {}

        /** This item threw under that lease and will be run again. */
        record Retried(JobId job, long index, LeaseId lease, WorkerId worker, String cause) implements Fact {}

        /** This item ended its process under that lease. */
        record Died(JobId job, long index, LeaseId lease, DeathReport report) implements Fact {}

        /** This item was running at a worker that was lost, which may have had other causes. */
        record WasThere(JobId job, long index, DeathReport report) implements Fact {}

        /** So many items went back and wait again, because a process died. */
        record Requeued(JobId job, long items) implements Fact {}

        /** The job ends early, for this reason: a whole sentence. */
        record GivenUp(JobId job, String reason) implements Fact {}

        /** The job has come to this state. */
        record Became(JobId job, JobState state) implements Fact {}
    }

    /** Something to tell a worker. */
    public sealed interface Command {
        /** The worker to tell. */
        WorkerId worker();

        /** The job that it is about. */
        JobId job();

        /** The worker will get leases of this job. */
        record Open(WorkerId worker, JobId job) implements Command {}

        /**
         * The worker may run these items.
         *
         * @param repeated those whose first attempt this is not, in ascending order
         * @param alone in a process that runs nothing else, since an item has ended its process before
         */
        record Grant(
                WorkerId worker, LeaseId lease, JobId job, long from, long to, List<Repeated> repeated, boolean alone)
                implements Command {}

        /** The worker is to give back half of what it has not started of this job. */
        record Recall(WorkerId worker, JobId job) implements Command {}

        /** The worker is to stop this item, if it has not ended. */
        record StopItem(WorkerId worker, JobId job, LeaseId lease, long index) implements Command {}

        /** The worker is to stop what it runs of this job. */
        record Stop(WorkerId worker, JobId job) implements Command {}

        /** The worker may forget this job. */
        record Close(WorkerId worker, JobId job) implements Command {}
    }
}
