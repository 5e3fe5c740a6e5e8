package io.sheaf.client.session;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.wire.Bytes;

/** A job that was accepted. Safe for use by many threads. */
public interface JobHandle {
    /** Its id. */
    JobId id();

    /**
     * Sends items: indexes in order without gaps. Waits while the coordinator takes no more of them, and while much of
     * what was sent before is still to be written. Does nothing once the job has ended.
     */
    void send(Segment items) throws InterruptedException;

    /**
     * As {@link #send}, but without waiting for anything.
     *
     * @return false when that is not possible now; then nothing was sent
     */
    boolean sendAtOnce(Segment items);

    /** Waits until what was sent is in the hands of the operating system. */
    void awaitSent() throws InterruptedException;

    /** No further items will come; there are that many. */
    void end(long total);

    /** Takes one item back, which was sent before: it is stopped where it runs, and nothing is told of it. */
    void cancelItem(long index);

    /** Says something to a running item that understands it; lost when the item does not run. */
    void tell(long index, Bytes message);

    /** Cancels it; its end is told to the listener. Returns at once. */
    void cancel();
}
