package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.ResultForm;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Collects the results of neighbouring items, to send them together. For one thread. */
final class Results {
    private static final long LONGEST_WAIT_NANOS = 10_000_000;
    private static final int LARGEST = 256 << 10;

    private final Consumer<FromExecutor> send;
    private final SegmentWriter writer = new SegmentWriter();
    private @Nullable JobId job;
    private long from;
    private long since;
    private long nanos;

    Results(Consumer<FromExecutor> send) {
        this.send = send;
    }

    /**
     * Adds a result.
     *
     * @throws IOException when it cannot be written; nothing is added then
     */
    void add(JobId of, long index, @Nullable Object value, ResultForm form, long started, long now) throws IOException {
        if (writer.count() > 0 && (!of.equals(job) || index != from + writer.count())) {
            flush();
        }
        writer.add(
                switch (form) {
                    case OBJECT -> value;
                    case TEXT -> Json.line(value);
                    case JSON -> Json.of(value);
                });
        if (writer.count() == 1) {
            job = of;
            from = index;
            since = now;
        }
        nanos += now - started;
        if (now - since > LONGEST_WAIT_NANOS || writer.size() > LARGEST) {
            flush();
        }
    }

    /** Sends what was collected. */
    void flush() {
        JobId owner = job;
        if (writer.count() > 0 && owner != null) {
            send.accept(new FromExecutor.Finished(owner, writer.take(from), nanos));
        }
        nanos = 0;
    }
}
