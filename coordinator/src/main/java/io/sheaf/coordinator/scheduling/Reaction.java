package io.sheaf.coordinator.scheduling;

import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;

/**
 * What follows from a stimulus: first the facts are to be kept, then the commands carried out.
 *
 * @param facts what is true from now on, in order
 * @param commands what is to be done, in order
 */
public record Reaction(List<Fact> facts, List<Command> commands) {

    /** Something that will not be undone. */
    public sealed interface Fact {
        /** These items have their results: those that were reported now, as far as they had none. */
        record Completed(JobId job, long from, long to) implements Fact {}

        /** This item will not have a result. */
        record Failed(JobId job, ItemFailure failure) implements Fact {}

        /** So many items went back and wait again, because who had them will not run them. */
        record Requeued(JobId job, long items) implements Fact {}

        /** The job has come to this state. */
        record Became(JobId job, JobState state) implements Fact {}
    }

    /** Something to tell a worker. */
    public sealed interface Command {
        /** The worker will get leases of this job. */
        record Open(WorkerId worker, JobId job) implements Command {}

        /** The worker may run these items. */
        record Grant(WorkerId worker, LeaseId lease, JobId job, long from, long to) implements Command {}

        /** The worker is to stop what it runs of this job. */
        record Stop(WorkerId worker, JobId job) implements Command {}

        /** The worker may forget this job. */
        record Close(WorkerId worker, JobId job) implements Command {}
    }
}
