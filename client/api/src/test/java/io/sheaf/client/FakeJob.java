package io.sheaf.client;

import static java.util.Objects.requireNonNull;

import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.item.Timed;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A job of the fake node. */
final class FakeJob {
    private final JobId id;
    private final JobSpec spec;
    private final FakeNode node;
    private final FakeSession session;
    private final ClassLoader classes = FakeJob.class.getClassLoader();
    private final ExecutorService slots;
    private long total = -1;
    private long succeeded;
    private long failed;
    private int busy;
    private JobState state = JobState.RUNNING;
    private @Nullable RemoteFunction<@Nullable Object, ?> function;
    private Optional<String> reason = Optional.empty();

    FakeJob(JobId id, FromClient.Submit submitted, FakeNode node, FakeSession session) {
        this.id = id;
        this.spec = submitted.spec();
        this.succeeded = submitted.headway().count() - submitted.headway().failed();
        this.failed = submitted.headway().failed();
        this.node = node;
        this.session = session;
        this.slots = Executors.newFixedThreadPool(node.slots, task -> {
            Thread thread = new Thread(task, "fake-slot");
            thread.setDaemon(true);
            return thread;
        });
    }

    synchronized JobStatus status() {
        OptionalLong known = total < 0 ? OptionalLong.empty() : OptionalLong.of(total);
        return new JobStatus(
                id, spec.name(), state, known, succeeded, failed, 0, 0, 0, 1, OptionalLong.empty(), reason);
    }

    synchronized void add(Segment items) {
        int chunk = spec.policy().chunkSize() > 0
                ? spec.policy().chunkSize()
                : Math.max(1, items.count() / (4 * node.slots));
        for (long from = items.from(); from < items.to() && state == JobState.RUNNING; from += chunk) {
            Segment part = items.slice(from, Math.min(items.to(), from + chunk));
            slots.execute(() -> run(part));
        }
    }

    synchronized void end(long items) {
        total = items;
        finishIfDone();
    }

    synchronized JobStatus cancel() {
        if (state == JobState.RUNNING) {
            state = JobState.CANCELLING;
            slots.shutdownNow();
            finishIfDone();
        }
        return status();
    }

    synchronized void end(String why) {
        if (why.isEmpty()) {
            cancel();
        } else if (!state.ended()) {
            reason = Optional.of(why);
            slots.shutdownNow();
            finish(JobState.FAILED);
        }
    }

    private void run(Segment items) {
        synchronized (this) {
            if (state != JobState.RUNNING) {
                return;
            }
            busy++;
        }
        SegmentWriter writer = new SegmentWriter();
        long from = items.from();
        for (long index = items.from(); index < items.to(); index++) {
            try {
                Object value = apply(items, index);
                writer.add(spec.form() == ResultForm.TIMED ? new Timed(value, 1, "fake", 1_000) : value);
            } catch (Exception | Error e) {
                flush(writer, from);
                from = index + 1;
                fail(index, e);
            }
        }
        flush(writer, from);
        synchronized (this) {
            busy--;
            finishIfDone();
        }
    }

    @SuppressWarnings("NullAway") // what was sent is what is run, null items included
    private @Nullable Object apply(Segment items, long index) throws Exception {
        Object item = new SegmentReader(classes).read(items, index);
        if (spec.work() instanceof Work.Closure closure) {
            return function(closure).apply(item);
        }
        if (item instanceof Callable<?> call) {
            return call.call();
        }
        if (item instanceof RemoteRunnable action) {
            action.runRemote();
        } else {
            ((Runnable) item).run();
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private synchronized RemoteFunction<@Nullable Object, ?> function(Work.Closure closure)
            throws IOException, ClassNotFoundException {
        if (function == null) {
            function = (RemoteFunction<@Nullable Object, ?>)
                    requireNonNull(JavaSerialization.read(closure.function(), classes));
        }
        return function;
    }

    private synchronized void flush(SegmentWriter writer, long from) {
        if (writer.count() > 0 && state == JobState.RUNNING) {
            succeeded += writer.count();
            session.say(new ToClient.Results(id, writer.take(from)));
        }
    }

    private synchronized void fail(long index, Throwable e) {
        if (state != JobState.RUNNING) {
            return;
        }
        failed++;
        Bytes original;
        try {
            original = JavaSerialization.write(e);
        } catch (IOException notSerializable) {
            original = Bytes.EMPTY;
        }
        Failure failure = new Failure.Threw(thrown(e), original);
        session.say(new ToClient.Failed(id, new ItemFailure(index, 1, new WorkerId("fake"), failure)));
    }

    private synchronized void finishIfDone() {
        if (busy > 0 || state.ended()) {
            return;
        }
        if (state == JobState.CANCELLING) {
            finish(JobState.CANCELLED);
        } else if (total >= 0 && succeeded + failed == total) {
            finish(failed > 0 ? JobState.FAILED : JobState.SUCCEEDED);
        }
    }

    private void finish(JobState end) {
        state = end;
        slots.shutdown();
        node.ended(end);
        session.say(new ToClient.Ended(status()));
    }

    private static Thrown thrown(Throwable e) {
        List<Thrown.Frame> frames = Stream.of(e.getStackTrace())
                .map(frame -> new Thrown.Frame(
                        frame.getClassName(),
                        frame.getMethodName(),
                        String.valueOf(frame.getFileName()),
                        frame.getLineNumber()))
                .toList();
        return new Thrown(
                e.getClass().getName(),
                String.valueOf(e.getMessage()),
                frames,
                Optional.ofNullable(e.getCause()).map(FakeJob::thrown),
                Stream.of(e.getSuppressed()).map(FakeJob::thrown).toList());
    }
}
