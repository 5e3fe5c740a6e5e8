package io.sheaf.protocol;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.RunningItem;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator and a worker say to each other. The worker begins with {@code Register}; the coordinator answers
 * {@code Registered}. Messages arrive in order and once, over whatever link carries them.
 */
public interface WorkerConversation {
    /** Writes and reads what workers are told. */
    RecordCodec<ToWorker> TO_WORKER = RecordCodec.of(ToWorker.class);

    /** Writes and reads what workers say. */
    RecordCodec<FromWorker> FROM_WORKER = RecordCodec.of(FromWorker.class);

    /**
     * A lease that a worker still has when it registers.
     *
     * @param id the lease
     * @param job whose items
     * @param from the first item of a range of it that has not ended
     * @param to the one after the last of that range; a lease with gaps appears several times
     */
    record HeldLease(LeaseId id, JobId job, long from, long to) {}

    /** What a worker is told. */
    sealed interface ToWorker {
        /**
         * The worker belongs to the cluster.
         *
         * @param epoch of the coordinator that says so
         * @param keep the held leases that are still this worker's; all others are to be dropped, and what runs of
         *     them stopped
         */
        record Registered(long epoch, List<LeaseId> keep) implements ToWorker {}

        /**
         * A job that leases will follow of.
         *
         * @param initializer run once in each executor before the first item of the job
         * @param nesting what its tasks need to start jobs of their own
         */
        record JobOpened(
                JobId job,
                Work work,
                Optional<Bytes> initializer,
                Source source,
                Bundle code,
                ResultForm form,
                Policy policy,
                Nesting nesting)
                implements ToWorker {}

        /**
         * Items to run, from {@code from} to before {@code to}.
         *
         * @param items the same items in order; empty when the source computes them
         * @param repeated those whose first attempt this is not, in ascending order
         * @param alone in a process that runs nothing else at the time, since an item has ended its process before
         */
        record Granted(
                LeaseId lease,
                JobId job,
                long from,
                long to,
                List<Segment> items,
                List<Repeated> repeated,
                boolean alone)
                implements ToWorker {}

        /** Part of a wanted file, in order. */
        record CodePart(CodeId id, long offset, boolean last, Bytes data) implements ToWorker {}

        /**
         * Give back half of the items of this job that have not started, rounded up: those that would start last.
         * Answered by {@code Returned} for each range of them, and then by {@code Recalled}.
         */
        record Recall(JobId job) implements ToWorker {}

        /**
         * The item has its result from elsewhere: stop it here. Answered by {@code Returned} once it does not run,
         * unless its end was reported before.
         */
        record StopItem(JobId job, LeaseId lease, long index) implements ToWorker {}

        /** Something from the job's client for this item, if it runs. */
        record Tell(JobId job, long index, Bytes message) implements ToWorker {}

        /** Stop all that runs of this job and forget what waits; answered by {@code JobStopped}. */
        record StopJob(JobId job) implements ToWorker {}

        /** The job has ended: nothing of it runs, and nothing will come. */
        record CloseJob(JobId job) implements ToWorker {}

        /** Take nothing new, and end once what runs has ended; {@code Leaving} says that this was heard. */
        record Leave() implements ToWorker {}
    }

    /** What a worker says. */
    sealed interface FromWorker {
        /**
         * Who this is, and what it still has from an earlier registration.
         *
         * @param held in any order
         * @param now its clock, in milliseconds since 1970
         */
        record Register(WorkerInfo info, List<HeldLease> held, long now) implements FromWorker {}

        /**
         * Items of a lease that have results.
         *
         * @param nanos for how long they ran, together
         */
        record Completed(JobId job, LeaseId lease, Segment results, long nanos) implements FromWorker {}

        /** An item failed. */
        record Failed(JobId job, LeaseId lease, ItemFailure failure) implements FromWorker {}

        /** A task printed something. */
        record Printed(JobId job, Output output) implements FromWorker {}

        /** Something from a running item for the job's client. */
        record Said(JobId job, long index, Bytes message) implements FromWorker {}

        /** Items that have not ended and will not here, from {@code from} to before {@code to}. */
        record Returned(JobId job, LeaseId lease, long from, long to) implements FromWorker {}

        /** All that a {@code Recall} of this job could take back has been returned. */
        record Recalled(JobId job) implements FromWorker {}

        /**
         * What runs here; several times a second while anything does.
         *
         * @param items in any order
         */
        record Running(List<RunningItem> items) implements FromWorker {}

        /**
         * The item was running when its process died.
         *
         * @param nanos for how long
         */
        record Died(JobId job, LeaseId lease, long index, DeathReport report, long nanos) implements FromWorker {}

        /**
         * The job cannot run at this worker; nothing of it waits or runs there any more.
         *
         * @param reason a whole sentence, with what to do
         */
        record CannotRun(JobId job, String reason) implements FromWorker {}

        /** Nothing of the job runs here any more. */
        record JobStopped(JobId job) implements FromWorker {}

        /** Please send this file in parts. */
        record CodeWanted(CodeId id) implements FromWorker {}

        /** No new leases, please: this worker ends once what it runs has ended. */
        record Leaving() implements FromWorker {}
    }
}
