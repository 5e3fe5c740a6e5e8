package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.Values;
import io.sheaf.client.code.SentCode;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A live job of a session: its items are serialized and fed, what is told of it is passed on. */
final class SessionJob implements Job, JobListener {
    private final Submission submission;
    private final JobEvents events;
    private final SegmentReader reader = new SegmentReader(classes(), true);

    SessionJob(SessionBackend backend, Assignment assignment, JobEvents events) {
        this.events = events;
        this.submission = new Submission(
                backend,
                backend.spec(
                        assignment.name(),
                        assignment.function().map(SessionJob::closure).orElseGet(Work.Calls::new),
                        assignment.timed() ? ResultForm.TIMED : ResultForm.OBJECT,
                        assignment.options()));
    }

    private static Work closure(Object function) {
        return new Work.Closure(SessionBackend.serialized("The function", function));
    }

    static ClassLoader classes() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    @Override
    public void start() {
        submission.start(this);
    }

    @Override
    public void awaitAccepted() {
        submission.beginFeeding(submission.await());
    }

    @Override
    public long add(@Nullable Object item) throws IOException, InterruptedException {
        if (item != null && submission.spec.work() instanceof Work.Calls) {
            SentCode.check(item.getClass());
        }
        return submission.feed.add(item);
    }

    @Override
    public void takeAll() {
        // The coordinator takes in what does not start, and what it has no memory for is kept on its disk.
    }

    @Override
    public void cancel(long index) {
        submission.feed.cancel(index);
    }

    @Override
    public void end() {
        submission.feed.end();
    }

    @Override
    public List<@Nullable Object> withdraw() {
        return List.of();
    }

    @Override
    public void cancel() {
        submission.cancel();
    }

    @Override
    public void results(Segment results) {
        events.results(new SegmentValues(results, reader));
    }

    private record SegmentValues(Segment segment, SegmentReader reader) implements Values {
        @Override
        public long from() {
            return segment.from();
        }

        @Override
        public long to() {
            return segment.to();
        }

        @Override
        public @Nullable Object get(long index) {
            return Results.read(reader, segment, index);
        }
    }

    @Override
    public void failed(ItemFailure failure) {
        events.failed(new FailedItem(failure.index(), failure.nanos(), () -> Failures.exception(failure, classes())));
    }

    @Override
    public void withheld(String why) {
        Submission.tellWithheld(why);
    }

    @Override
    public void printed(Output output) {
        (output.error() ? System.err : System.out).print(output.text());
    }

    @Override
    public void ended(JobStatus status) {
        submission.feed.stop();
        events.ended(Failures.ofEnd(status));
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        submission.feed.stop();
        events.ended(why);
    }
}
