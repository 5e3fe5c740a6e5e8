package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** What all views of a pool share: the session, the code, the jobs that have not ended. Safe for use by many threads. */
final class PoolCore {
    final Session session;
    final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sheaf-pool");
        thread.setDaemon(true);
        return thread;
    });
    private final CodeFiles code;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private volatile boolean shutdown;

    /** A job that has not ended. */
    record Running(JobHandle handle, Feed feed, CompletableFuture<Void> over) {
        void cancel() {
            feed.stop();
            handle.cancel();
        }
    }

    PoolCore(Session session, CodeFiles code) {
        this.session = session;
        this.code = code;
    }

    SegmentReader reader() {
        return new SegmentReader(classes());
    }

    ClassLoader classes() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    /** A function as work. */
    static Work closure(Object function) {
        try {
            return new Work.Closure(JavaSerialization.write(function));
        } catch (IOException e) {
            throw unserializable("The function " + function.getClass().getName(), e);
        }
    }

    static IllegalArgumentException unserializable(String what, IOException why) {
        String reason = why instanceof NotSerializableException
                ? why.getMessage() + " is not serializable"
                : String.valueOf(why.getMessage());
        return new IllegalArgumentException(
                what + " cannot be sent to another process: " + reason
                        + "; make that class serializable, mark the field transient, or create it inside the task",
                why);
    }

    /** What to call a job that has no name: the class that its function was written in. */
    static String nameOf(Object function) {
        String name = function.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /** Starts a live job whose items the feed will send. */
    Running start(Work work, JobOptions options, String defaultName, Feed feed, JobListener listener, Over over) {
        if (shutdown) {
            throw new RejectedExecutionException("This pool was shut down and takes no further work");
        }
        String name = options.name().isEmpty() ? defaultName : options.name();
        JobSpec spec = new JobSpec(
                name, work, new Source.Streamed(), code.bundle(), ResultForm.OBJECT, options.chunkSize(), true);
        Running job = new Running(await(session.submit(spec, code, listener)), feed, over.future());
        running.add(job);
        var unused = over.future().whenComplete((nothing, e) -> {
            feed.stop();
            running.remove(job);
        });
        threads.execute(() -> feed.run(job.handle));
        return job;
    }

    /** When a job is over. */
    record Over(CompletableFuture<Void> future) {}

    private static JobHandle await(CompletableFuture<JobHandle> accepted) {
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

    /** Runs something in a thread of the pool, or here when the pool has none any more. */
    void run(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    boolean isShutdown() {
        return shutdown;
    }

    void shutdown() {
        shutdown = true;
    }

    void cancelAll() {
        running.forEach(Running::cancel);
    }

    /** Completes when every job that runs now has ended. */
    CompletableFuture<Void> idle() {
        return CompletableFuture.allOf(running.stream().map(Running::over).toArray(CompletableFuture[]::new));
    }

    /** Ends the session; what still runs ends with it. */
    void end() {
        shutdown = true;
        session.close();
        threads.shutdown();
    }
}
