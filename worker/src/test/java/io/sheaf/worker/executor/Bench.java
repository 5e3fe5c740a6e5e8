package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.RemoteFunction;
import io.sheaf.RemoteRunnable;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An executor's insides at work in this process: what it is told, and what it says. */
final class Bench {
    static final JobId JOB = new JobId(7);

    private final BlockingQueue<FromExecutor> said = new LinkedBlockingQueue<>();
    private final ItemQueue queue = new ItemQueue();
    private final Commons commons = new Commons(Path.of("none"));
    private final Runner runner;
    private final Thread thread;
    private long batches;

    private final class Line implements Runner.Line {
        @Override
        public void accept(FromExecutor message) {
            said.add(message);
        }

        @Override
        public void awaitSent() {}

        @Override
        public void die() {
            throw new IllegalStateException("The process would have ended");
        }
    }

    Bench(Path folder) throws IOException {
        Path file = folder.resolve("now");
        CurrentItemFile.create(file, 1);
        Line line = new Line();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Runner.Streams streams =
                new Runner.Streams(new TaskOutput(false, nowhere, line), new TaskOutput(true, nowhere, line));
        runner = new Runner(queue, new CurrentItemFile(file).lane(0), streams, line, commons);
        thread = new Thread(runner::run, "running");
        thread.start();
    }

    void open(RemoteFunction<Long, ?> function) throws IOException {
        open(null, function, ResultForm.OBJECT);
    }

    void open(@Nullable RemoteRunnable initializer, RemoteFunction<Long, ?> function, ResultForm form)
            throws IOException {
        Optional<Bytes> first =
                initializer == null ? Optional.empty() : Optional.of(JavaSerialization.write(initializer));
        Work work = new Work.Closure(JavaSerialization.write(function));
        commons.open(
                new ToExecutor.Open(JOB, work, first, form, new WorkerId("here"), new JobToken("a token")), said -> {});
    }

    void batch(long from, long to, Repeated... repeated) {
        Segment items = Segment.ofLongs(from, (int) (to - from), from);
        queue.add(new ItemQueue.Batch(new ToExecutor.Batch(++batches, JOB, items, List.of(repeated))));
    }

    void interrupt(long index) {
        queue.interrupt(JOB, index);
    }

    /** How so many items ended: their results, and the failures of the others. */
    Map<Long, @Nullable Object> outcomes(int items) throws Exception {
        Map<Long, @Nullable Object> outcomes = new LinkedHashMap<>();
        SegmentReader reader = new SegmentReader(Bench.class.getClassLoader());
        while (outcomes.size() < items) {
            FromExecutor message = next();
            if (message instanceof FromExecutor.Finished finished) {
                Segment results = finished.results();
                for (long index = results.from(); index < results.to(); index++) {
                    outcomes.put(index, reader.read(results, index));
                }
            } else if (message instanceof FromExecutor.Failed failed) {
                outcomes.put(failed.index(), failed.failure());
            }
        }
        return outcomes;
    }

    /** What the only item of a batch threw. */
    Failure.Threw failure() throws InterruptedException {
        return (Failure.Threw) next(FromExecutor.Failed.class).failure();
    }

    /** The next message of that type; others are dropped. */
    <T extends FromExecutor> T next(Class<T> type) throws InterruptedException {
        while (true) {
            FromExecutor message = next();
            if (type.isInstance(message)) {
                return type.cast(message);
            }
        }
    }

    private FromExecutor next() throws InterruptedException {
        FromExecutor message = said.poll(20, TimeUnit.SECONDS);
        assertThat(message).as("something is said").isNotNull();
        return message;
    }

    void close() throws InterruptedException {
        queue.close();
        queue.end();
        queue.interrupt(JOB);
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }
}
