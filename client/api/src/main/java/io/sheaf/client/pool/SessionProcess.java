package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.process.ProcessConversation;
import io.sheaf.protocol.process.ProcessConversation.FromKeeper;
import io.sheaf.protocol.process.ProcessConversation.ToKeeper;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/** A process as a live job of one item, which keeps it at its worker. */
final class SessionProcess implements ProcessRun, JobListener {
    private static final int KILLED = -9;

    private final Submission submission;
    private final ProcessEvents events;
    private final Bytes action;
    private final SegmentReader reader = new SegmentReader(SessionJob.classes(), true);
    /** Only the session's thread looks at it. */
    private boolean agreed;

    SessionProcess(SessionBackend backend, JobSpec spec, Bytes action, ProcessEvents events) {
        this.submission = new Submission(backend, spec);
        this.events = events;
        this.action = action;
    }

    @Override
    public void start() {
        submission.start(this);
    }

    @Override
    public void awaitAccepted() {
        JobHandle job = submission.await();
        try {
            submission.feed.add(action.copy());
        } catch (IOException e) {
            throw new IllegalStateException("Bytes can always be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the process was being started");
        }
        submission.feed.end();
        submission.beginFeeding(job);
    }

    @Override
    public void signal(boolean atOnce) {
        tell(new ToKeeper.Signal(atOnce));
    }

    private void tell(ToKeeper message) {
        Bytes words = ProcessConversation.TO_KEEPER.toBytes(message);
        submission.onceAccepted(handle -> handle.tell(0, words));
    }

    @Override
    public void cancel() {
        submission.cancel();
    }

    @Override
    public void said(long index, Bytes message) {
        try {
            FromKeeper words = ProcessConversation.FROM_KEEPER.fromBytes(message);
            if (words instanceof FromKeeper.Started started) {
                events.began(started.pid(), started.host());
            } else {
                tell(agreed ? new ToKeeper.Forgo() : new ToKeeper.Go());
                agreed = true;
            }
        } catch (MalformedMessageException e) {
            events.lost(new IllegalStateException("What the worker says of the process cannot be read", e));
        }
    }

    @Override
    public void printed(Output output) {
        events.printed(output);
    }

    @Override
    public void withheld(String why) {
        Submission.tellWithheld(why);
    }

    @Override
    public void results(Segment results) {
        events.ended(Results.read(reader, results, results.from()) instanceof Integer code ? code : KILLED);
    }

    @Override
    public void failed(ItemFailure failure) {
        if (failure.failure() instanceof Failure.Threw threw) {
            String why =
                    "sheaf: the process could not be started: " + threw.thrown().headline();
            events.printed(new Output(0, true, why + System.lineSeparator()));
            events.ended(1);
        } else {
            events.ended(KILLED);
        }
    }

    @Override
    public void ended(JobStatus status) {
        submission.feed.stop();
        RuntimeException why = Failures.ofEnd(status);
        if (why != null && !(why instanceof CancellationException)) {
            events.lost(why);
        } else {
            events.cancelled();
        }
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        submission.feed.stop();
        events.lost(why);
    }
}
