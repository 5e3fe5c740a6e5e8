package io.sheaf.protocol;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.List;

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
         * @param chunkSize at most this many items to a slot at once; 0: as the worker likes
         */
        record JobOpened(JobId job, Work work, Source source, Bundle code, ResultForm form, int chunkSize)
                implements ToWorker {}

        /**
         * Items to run, from {@code from} to before {@code to}.
         *
         * @param items the same items in order; empty when the source computes them
         */
        record Granted(LeaseId lease, JobId job, long from, long to, List<Segment> items) implements ToWorker {}

        /** Part of a wanted file, in order. */
        record CodePart(CodeId id, long offset, boolean last, Bytes data) implements ToWorker {}

        /** Stop all that runs of this job and forget what waits; answered by {@code JobStopped}. */
        record StopJob(JobId job) implements ToWorker {}

        /** The job has ended: nothing of it runs, and nothing will come. */
        record CloseJob(JobId job) implements ToWorker {}
    }

    /** What a worker says. */
    sealed interface FromWorker {
        /**
         * Who this is, and what it still has from an earlier registration.
         *
         * @param held in any order
         */
        record Register(WorkerInfo info, List<HeldLease> held) implements FromWorker {}

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

        /** Items that were never started and will not be, from {@code from} to before {@code to}. */
        record Returned(JobId job, LeaseId lease, long from, long to) implements FromWorker {}

        /** The item was running when its process died. */
        record Died(JobId job, LeaseId lease, long index, DeathReport report) implements FromWorker {}

        /**
         * The job can run nowhere: no executor of it comes up.
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
