package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobRejectedException;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.FailedItem;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.Values;
import io.sheaf.client.code.SentCode;
import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A live job of a session: its items are serialized and fed, what is told of it is passed on. */
final class SessionJob implements Job, JobListener {
    private final SessionBackend backend;
    private final JobSpec spec;
    private final JobEvents events;
    private final Feed feed = new Feed();
    private final SegmentReader reader = new SegmentReader(classes(), true);
    private final CompletableFuture<JobHandle> accepted = new CompletableFuture<>();

    SessionJob(SessionBackend backend, Assignment assignment, JobEvents events) {
        this.backend = backend;
        this.events = events;
        this.spec = backend.spec(
                assignment.name(),
                assignment.function().map(SessionJob::closure).orElseGet(Work.Calls::new),
                assignment.timed() ? ResultForm.TIMED : ResultForm.OBJECT,
                assignment.options());
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
        var unused = backend.submit(spec, this).whenComplete((handle, e) -> {
            if (e != null) {
                accepted.completeExceptionally(e);
            } else {
                accepted.complete(handle);
            }
        });
    }

    @Override
    public void awaitAccepted() {
        JobHandle handle = await(accepted);
        backend.run(() -> feed.run(handle));
    }

    static JobHandle await(CompletableFuture<JobHandle> accepted) {
        try {
            return accepted.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the job was being submitted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RequestFailedException refused) {
                throw new JobRejectedException(String.valueOf(refused.getMessage()));
            }
            if (e.getCause() instanceof ClusterUnreachableException gone) {
                throw new ClusterUnreachableException(String.valueOf(gone.getMessage()), gone);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public long add(@Nullable Object item) throws IOException, InterruptedException {
        if (item != null && spec.work() instanceof Work.Calls) {
            SentCode.check(item.getClass());
        }
        return feed.add(item);
    }

    @Override
    public void takeAll() {
        // The coordinator takes in what does not start, and what it has no memory for is kept on its disk.
    }

    @Override
    public void cancel(long index) {
        feed.cancel(index);
    }

    @Override
    public void end() {
        feed.end();
    }

    @Override
    public List<@Nullable Object> withdraw() {
        return List.of();
    }

    @Override
    public void cancel() {
        feed.stop();
        var unused = accepted.thenAccept(JobHandle::cancel);
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
        if (!why.isEmpty()) {
            System.err.println("sheaf: waiting: " + why);
        }
    }

    @Override
    public void printed(Output output) {
        (output.error() ? System.err : System.out).print(output.text());
    }

    @Override
    public void ended(JobStatus status) {
        feed.stop();
        events.ended(Failures.ofEnd(status));
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        feed.stop();
        events.ended(why);
    }
}
