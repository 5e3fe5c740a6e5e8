package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;

/** Told of a job, by the session's reading thread, one call at a time; must not block for long. */
public interface JobListener {
    /** Results, each once, in any order. */
    default void results(Segment results) {}

    /** An item failed for good. */
    default void failed(ItemFailure failure) {}

    /** A running item says something, to whoever understands it. */
    default void said(long index, Bytes message) {}

    /** A task printed something. */
    default void printed(Output output) {}

    /** Its items are not taken in for now, and why, and what to do about it; empty once that is over. */
    default void withheld(String why) {}

    /** The connection was lost and is being made again; the job goes on, and what follows comes over another one. */
    default void disconnected(ClusterUnreachableException why) {}

    /** How it stands. */
    default void progress(JobStatus status) {}

    /** It has ended; nothing follows. */
    void ended(JobStatus status);

    /** Nobody knows the job any more that was followed over several connections; nothing follows. */
    default void forgotten(RequestFailedException why) {
        lost(new ClusterUnreachableException(String.valueOf(why.getMessage()), why));
    }

    /** The connection ended before the job did; nothing follows. */
    void lost(ClusterUnreachableException why);
}
