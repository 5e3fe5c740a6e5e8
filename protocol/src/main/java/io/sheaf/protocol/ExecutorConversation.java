package io.sheaf.protocol;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.List;
import java.util.Optional;

/**
 * What a worker and one of its executors say to each other. The executor connects and says {@code Ready}. It runs one
 * item at a time in each of its lanes; batches wait there so that it never has to. What computes has an executor with
 * one lane; many lanes in one are for what waits.
 */
public interface ExecutorConversation {
    /** Writes and reads what executors are told. */
    RecordCodec<ToLane> TO_EXECUTOR = RecordCodec.of(ToLane.class);

    /** Writes and reads what executors say. */
    RecordCodec<FromLane> FROM_EXECUTOR = RecordCodec.of(FromLane.class);

    /** Stands for all lanes: what {@code End} is said to when none is to be left. */
    int ALL_LANES = -1;

    /** What a lane of an executor is told. */
    record ToLane(int lane, ToExecutor message) {}

    /** What a lane of an executor says. */
    record FromLane(int lane, FromExecutor message) {}

    /** What an executor is told. */
    sealed interface ToExecutor {
        /**
         * These belong to the class path from now on, after what it has. Said first of all, if at all: to an executor
         * that was started before it was known for whom.
         *
         * @param jars absolute, in order
         */
        record Load(List<String> jars) implements ToExecutor {}

        /** A lane begins; answered by {@code Ready}. */
        record Begin() implements ToExecutor {}

        /**
         * A job that batches will follow of.
         *
         * @param worker whose executor this is
         * @param token for what its tasks ask of the coordinator
         */
        record Open(JobId job, Work work, Optional<Bytes> initializer, ResultForm form, WorkerId worker, JobToken token)
                implements ToExecutor {}

        /**
         * Items to run, in order, after those of earlier batches.
         *
         * @param number counts up
         * @param repeated those whose first attempt this is not, in ascending order
         */
        record Batch(long number, JobId job, Segment items, List<Repeated> repeated) implements ToExecutor {}

        /**
         * Give back what has not started of this batch and all later ones; answered by {@code TakenBack} for each that
         * still waits, and then by {@code AllTakenBack}.
         */
        record TakeBack(long number) implements ToExecutor {}

        /** Interrupt the item that runs if it is of this job, and give back what has not started of it. */
        record Interrupt(JobId job) implements ToExecutor {}

        /** Interrupt this item if it runs. */
        record InterruptItem(JobId job, long index) implements ToExecutor {}

        /** Something from the job's client for this item, if it runs. */
        record Tell(JobId job, long index, Bytes message) implements ToExecutor {}

        /** Nothing more will come of this job. */
        record Close(JobId job) implements ToExecutor {}

        /** End, once nothing runs; a lane says {@code Ending} then, unless that ends the process. */
        record End() implements ToExecutor {}
    }

    /** What an executor says. */
    sealed interface FromExecutor {
        /** The lane can run items. */
        record Ready(long pid) implements FromExecutor {}

        /**
         * Items that have results, neighbours.
         *
         * @param nanos for how long they ran, together
         */
        record Finished(JobId job, Segment results, long nanos) implements FromExecutor {}

        /**
         * An item failed.
         *
         * @param nanos for how long it ran
         */
        record Failed(JobId job, long index, Failure failure, long nanos) implements FromExecutor {}

        /**
         * The initializer of the job failed: nothing of the job runs here. What has come of it was given back.
         */
        record NotInitialized(JobId job, Failure failure) implements FromExecutor {}

        /** This executor takes nothing more, has given back what has not started, and ends. */
        record Ending(String reason) implements FromExecutor {}

        /** A task printed something. */
        record Printed(JobId job, Output output) implements FromExecutor {}

        /** Something from a running item for the job's client. */
        record Said(JobId job, long index, Bytes message) implements FromExecutor {}

        /**
         * A batch that was taken back.
         *
         * @param from the first item that was not started and will not be; the end of the batch when all were
         */
        record TakenBack(long number, long from) implements FromExecutor {}

        /** A {@code TakeBack} with this number has been answered in full. */
        record AllTakenBack(long number) implements FromExecutor {}

        /**
         * An item that was told to be still running waits for what it has started: its slot is free meanwhile. Told while
         * it lasts, not of waits of a few milliseconds.
         */
        record Waiting(JobId job, long index) implements FromExecutor {}

        /** The item that waited goes on. */
        record GoesOn(JobId job, long index) implements FromExecutor {}

        /**
         * An item runs for longer than most; all ends before it have been told. Told once of each such item, some
         * milliseconds after it began.
         *
         * @param nanos for how long, so far, without what was done once for the job
         */
        record StillRunning(JobId job, long index, long nanos) implements FromExecutor {}

        /**
         * An item of which {@code StillRunning} was told says how far it is; not told more often than people can read.
         *
         * @param permille from 0 to 1000
         */
        record Progressed(JobId job, long index, int permille) implements FromExecutor {}
    }
}
