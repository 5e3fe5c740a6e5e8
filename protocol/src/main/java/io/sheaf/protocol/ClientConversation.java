package io.sheaf.protocol;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.ItemStory;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerStatus;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client and the coordinator say to each other in a session. The client begins with {@code Hello} and waits for
 * {@code Welcome}. Everything with a {@code request} is answered once, by a message with the same number or by
 * {@code RequestFailed}; the numbers are the client's.
 */
public interface ClientConversation {
    /** Raised whenever a message changes its meaning or its components. */
    int VERSION = 7;

    /** Uploaded code travels in parts of at most this many bytes. */
    int CODE_PART = 1 << 20;

    /** Writes and reads what clients say. */
    RecordCodec<FromClient> FROM_CLIENT = RecordCodec.of(FromClient.class);

    /** Writes and reads what clients are told. */
    RecordCodec<ToClient> TO_CLIENT = RecordCodec.of(ToClient.class);

    /** What a client says. */
    sealed interface FromClient {
        /**
         * The first message.
         *
         * @param version {@link ClientConversation#VERSION}
         * @param token the access token, or empty; or that of a job, for one of its tasks: then only jobs that tasks of
         *     this job have started exist for the session, these are live ones, and it ends with the job
         */
        record Hello(int version, String token) implements FromClient {}

        /**
         * A new job. Answered by {@code Accepted}, after {@code CodeWanted} for each file that the coordinator lacks.
         * The items of a streamed source may be sent after that.
         *
         * @param headway what of it ended while another coordinator had it, or another connection; that is never sent
         * @param key what its client calls it: a job that is known by that is accepted again, and is the same one
         */
        record Submit(long request, JobSpec spec, Headway headway, Optional<String> key) implements FromClient {
            /** A job that is called nothing, and that nobody has begun. */
            public Submit(long request, JobSpec spec) {
                this(request, spec, Headway.NONE, Optional.empty());
            }
        }

        /**
         * Part of a wanted file, in order.
         *
         * @param offset where in the file it belongs
         * @param last whether the file ends with it
         */
        record CodePart(CodeId id, long offset, boolean last, Bytes data) implements FromClient {}

        /**
         * Items of a streamed source: indexes in order, without gaps but for what had ended before. Takes {@link Segment#cost} of the job's credit, of
         * which something must be left, but not as much: so an item of any size can be sent.
         */
        record Items(JobId job, Segment items) implements FromClient {}

        /** No further items will come; there are that many. */
        record ItemsEnded(JobId job, long total) implements FromClient {}

        /** Ends a job early. Answered by {@code Job} with the state at that moment, usually {@code CANCELLING}. */
        record Cancel(long request, JobId job) implements FromClient {}

        /**
         * Nobody wants the result of this item any more; sent after the item itself. It is stopped where it runs, or
         * never started, and counts as failed. Nothing is answered, and nobody reads what may still be said of the item.
         */
        record CancelItem(JobId job, long index) implements FromClient {}

        /** Nobody will ask for anything of this job any more, which has ended. Answered by {@code Job}. */
        record Forget(long request, JobId job) implements FromClient {}

        /** Something for this item, which only it understands, if it runs; nothing is answered. */
        record Tell(JobId job, long index, Bytes message) implements FromClient {}

        /** Answered by {@code Jobs}. */
        record ListJobs(long request) implements FromClient {}

        /** Answered by {@code Job}. */
        record DescribeJob(long request, JobId job) implements FromClient {}

        /** Answered by {@code Job}; then {@code Progress} and at last {@code Ended} follow, as for an own live job. */
        record Watch(long request, JobId job) implements FromClient {}

        /** Results of a job that is not live, from an index on, as many as fit a page. Answered by {@code Page}. */
        record FetchResults(long request, JobId job, long from) implements FromClient {}

        /** What the job's tasks printed, from a position on. Answered by {@code Log}. */
        record FetchLog(long request, JobId job, long from) implements FromClient {}

        /**
         * Why the job, or one item of it, does not run, and what was tried. Answered by {@code Explanation}.
         *
         * @param index an item, or empty: the job as a whole
         */
        record Explain(long request, JobId job, OptionalLong index) implements FromClient {}

        /** Answered by {@code Workers}. */
        record ListWorkers(long request) implements FromClient {}

        /** Answered by {@code Cluster}. */
        record DescribeCluster(long request) implements FromClient {}

        /**
         * Runs again what has no result of a job that has ended and is not live. Answered by {@code Accepted}, after
         * {@code CodeWanted} for each file that the coordinator lacks.
         *
         * @param onlyFailed refused when there is more without a result than what has failed
         * @param code instead of what the job had; empty: the same
         */
        record Retry(long request, JobId job, boolean onlyFailed, Optional<Bundle> code) implements FromClient {}

        /** What one item of a job that is not live is run with. Answered by {@code Item}. */
        record FetchItem(long request, JobId job, long index) implements FromClient {}

        /** A part of a file that a job's bundle names. Answered by {@code Code}. */
        record FetchCode(long request, CodeId id, long offset) implements FromClient {}

        /**
         * The worker is to take nothing new, and to end once what it runs has ended. Answered by {@code Workers}, as
         * they are before that.
         */
        record Drain(long request, WorkerId worker) implements FromClient {}

        /** Are you there? Sent every few seconds, so that each side hears of the other. Answered by {@code Pong}. */
        record Ping() implements FromClient {}
    }

    /** What a client is told. */
    sealed interface ToClient {
        /**
         * The session is open.
         *
         * @param version the coordinator's product version
         * @param slots how many items the cluster runs at once, now
         */
        record Welcome(String version, int slots) implements ToClient {}

        /** The session is not opened, and the connection ends. */
        record Refused(Problem problem, String message) implements ToClient {}

        /** Please send this file in parts. */
        record CodeWanted(CodeId id) implements ToClient {}

        /**
         * The job exists from now on.
         *
         * @param credit how many bytes of items may be sent at first, as {@code Items} counts them
         * @param arrived items before this one are here, and what is sent of them is passed over
         */
        record Accepted(long request, JobId job, long credit, long arrived) implements ToClient {}

        /** So many bytes of items more may be sent for a job. */
        record Credit(JobId job, long bytes) implements ToClient {}

        /**
         * Items of a job are not taken in for now, though there would be room otherwise; the message says why, and what
         * to do. Empty once that is over.
         */
        record Withheld(JobId job, String message) implements ToClient {}

        /** The request was not granted; the message says why, and what to do. */
        record RequestFailed(long request, Problem problem, String message) implements ToClient {}

        /** Results of a live job, each exactly once, in any order. */
        record Results(JobId job, Segment results) implements ToClient {}

        /** An item of a live job failed for good. */
        record Failed(JobId job, ItemFailure failure) implements ToClient {}

        /** A running item of a live job says something, which only its client understands. */
        record Said(JobId job, long index, Bytes message) implements ToClient {}

        /** A task of a live job printed something. */
        record Printed(JobId job, Output output) implements ToClient {}

        /** How a watched or live job stands; a few times a second while that changes. */
        record Progress(JobStatus status) implements ToClient {}

        /** A watched or live job has ended. Nothing about it follows. */
        record Ended(JobStatus status) implements ToClient {}

        /** How many items the cluster runs at once has changed. */
        record Capacity(int slots) implements ToClient {}

        /** All jobs that the coordinator knows, oldest first. */
        record Jobs(long request, List<JobStatus> jobs) implements ToClient {}

        /** One job. */
        record Job(long request, JobStatus job) implements ToClient {}

        /**
         * Why something does not run.
         *
         * @param job how it stands
         * @param reasons for what waits; empty when nothing does
         * @param story the attempts at the item that was asked for, or at those that had trouble, oldest first
         */
        record Explanation(long request, JobStatus job, List<Reason> reasons, List<ItemStory> story)
                implements ToClient {}

        /** All workers. */
        record Workers(long request, List<WorkerStatus> workers) implements ToClient {}

        /**
         * Some results.
         *
         * @param results of items within {@code from} to {@code next}; in order
         * @param failures of items in that range; in order
         * @param next where the following page begins: up to there every item has ended
         * @param complete whether no item follows
         */
        record Page(long request, List<Segment> results, List<ItemFailure> failures, long next, boolean complete)
                implements ToClient {}

        /**
         * Some of what a job printed.
         *
         * @param next where the following page begins
         * @param lost how many bytes before the first of these were dropped, because the log is bounded
         */
        record Log(long request, List<Output> printed, long next, long lost) implements ToClient {}

        /**
         * The cluster.
         *
         * @param version the coordinator's product version
         * @param host where the coordinator runs
         * @param pid its process
         * @param startedAt milliseconds since 1970
         * @param now its clock, in milliseconds since 1970
         * @param settings the effective ones, each as {@code key = value (from where)}
         */
        record Cluster(
                long request,
                String version,
                String host,
                long pid,
                long startedAt,
                long now,
                int workers,
                int slots,
                long jobs,
                List<String> settings)
                implements ToClient {}

        /**
         * What one item is run with.
         *
         * @param item the item alone
         */
        record Item(long request, JobSpec job, Segment item) implements ToClient {}

        /**
         * A part of a file.
         *
         * @param last whether the file ends with it
         */
        record Code(long request, boolean last, Bytes data) implements ToClient {}

        /** The answer to a {@code Ping}. */
        record Pong() implements ToClient {}
    }

    /** Why something was not granted. */
    enum Problem {
        /** There is no such job. */
        UNKNOWN_JOB,
        /** There is no such item, or nothing is known of it any more. */
        UNKNOWN_ITEM,
        /** There is no such worker. */
        UNKNOWN_WORKER,
        /** The token is missing or wrong. */
        NOT_AUTHENTICATED,
        /** The job, or the request, makes no sense. */
        REJECTED,
        /** Client and coordinator are of versions that do not understand each other. */
        VERSION,
        /** The coordinator is shutting down. */
        SHUTTING_DOWN,
        /** The coordinator has no room for more; the message says what to do. */
        NO_ROOM
    }
}
