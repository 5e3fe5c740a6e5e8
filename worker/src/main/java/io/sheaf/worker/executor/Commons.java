package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.job.JobId;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What all lanes of this process have in common. Safe for use by many threads. */
final class Commons {
    /** What is set free when memory has run out, so that it can be said. */
    private static final int RESERVE = 2 << 20;

    final ClassLoader classes = ClassLoader.getSystemClassLoader();
    private final Path cluster;
    private final Map<JobId, OpenJob> jobs = new ConcurrentHashMap<>();
    private final AtomicReference<byte @Nullable []> reserve = new AtomicReference<>(new byte[RESERVE]);

    /** @param cluster leads tasks to the coordinator */
    Commons(Path cluster) {
        this.cluster = cluster;
    }

    /** A lane will get items of the job, and what it says goes out by that lane. What is done once for it is done once for all lanes. */
    void open(ToExecutor.Open job, Consumer<FromExecutor> send) {
        jobs.computeIfAbsent(job.job(), id -> new OpenJob(job, send, cluster)).entered();
    }

    /** A lane will get no more of it. */
    void close(JobId job) {
        jobs.computeIfPresent(job, (id, open) -> open.left() ? null : open);
    }

    @Nullable
    OpenJob job(JobId job) {
        return jobs.get(job);
    }

    void giveUpReserve() {
        reserve.set(null);
    }
}
