package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;

/** What comes of a kept job over one connection: told for as long as that connection is the present one. */
final class KeptListener implements JobListener {
    private final long number;
    private final KeptJob job;
    private final JobListener listener;

    KeptListener(long number, KeptJob job, JobListener listener) {
        this.number = number;
        this.job = job;
        this.listener = listener;
    }

    @Override
    public void results(Segment results) {
        job.finished(number, results).forEach(listener::results);
    }

    @Override
    public void failed(ItemFailure failure) {
        if (job.failed(number, failure.index())) {
            listener.failed(failure);
        }
    }

    @Override
    public void printed(Output output) {
        if (job.isUnderWay(number)) {
            listener.printed(output);
        }
    }

    @Override
    public void said(long index, Bytes message) {
        if (job.isUnderWay(number)) {
            listener.said(index, message);
        }
    }

    @Override
    public void withheld(String why) {
        if (job.isUnderWay(number)) {
            listener.withheld(why);
        }
    }

    @Override
    public void progress(JobStatus status) {
        if (job.isUnderWay(number)) {
            listener.progress(status);
        }
    }

    @Override
    public void ended(JobStatus status) {
        if (job.isUnderWay(number) && job.finish()) {
            listener.ended(status);
        }
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        // Whoever holds the connection decides what comes of that.
    }
}
