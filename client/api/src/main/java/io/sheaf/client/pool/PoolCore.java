package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.JobRejectedException;
import io.sheaf.RemoteRunnable;
import io.sheaf.client.code.SentCode;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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
    private final Activity activity = new Activity();
    private final Object ending = new Object();
    private boolean ended;

    /**
     * A job that has not ended.
     *
     * @param handle what stands for it once it is accepted
     * @param feed sends its items
     * @param stopReading is called when the pool is closed, so that no job waits for items for ever
     */
    record Running(CompletableFuture<JobHandle> handle, Feed feed, Runnable stopReading) {
        void cancel() {
            feed.stop();
            var unused = handle.thenAccept(JobHandle::cancel);
        }
    }

    PoolCore(Session session, CodeFiles code) {
        this.session = session;
        this.code = code;
        var unused = activity.terminated().thenRunAsync(this::end, threads);
    }

    SegmentReader reader() {
        return new SegmentReader(classes(), true);
    }

    ClassLoader classes() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context != null ? context : ClassLoader.getSystemClassLoader();
    }

    /** A function as work. */
    static Work closure(Object function) {
        try {
            return new Work.Closure(SentCode.write(function));
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

    /** A live job whose items are sent, named after the function unless the options say otherwise. */
    JobSpec spec(Work work, JobOptions options, String defaultName) {
        String name = options.name().isEmpty() ? defaultName : options.name();
        return new JobSpec(
                name,
                work,
                new Source.Streamed(),
                code.bundle(),
                ResultForm.OBJECT,
                Policy.of(options),
                options.initializer().map(PoolCore::initializer),
                true);
    }

    private static Bytes initializer(RemoteRunnable initializer) {
        try {
            return SentCode.write(initializer);
        } catch (IOException e) {
            throw unserializable("The initializer " + initializer.getClass().getName(), e);
        }
    }

    /** What to call a job that has no name: the class that its function was written in. */
    static String nameOf(Object function) {
        String name = function.getClass().getName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }

    /**
     * Starts a job whose items the feed will send.
     *
     * @param over completes when nothing about the job will be heard any more
     * @param stopReading is called when the pool is closed
     */
    Running start(JobSpec spec, Feed feed, JobListener listener, CompletableFuture<Void> over, Runnable stopReading) {
        Running job = activity.begin(() -> new Running(session.submit(spec, code, listener), feed, stopReading));
        var unused = over.whenComplete((nothing, e) -> {
            feed.stop();
            activity.end(job);
        });
        try {
            JobHandle handle = await(job.handle);
            threads.execute(() -> feed.run(handle));
            return job;
        } catch (RuntimeException e) {
            job.cancel();
            activity.end(job);
            throw e;
        }
    }

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

    /**
     * Hands something over to users in a thread of the pool, or here when it has none any more. The pool does not
     * terminate before that has returned.
     */
    void handOver(Runnable task) {
        Runnable counted = activity.counted(task);
        try {
            threads.execute(counted);
        } catch (RejectedExecutionException e) {
            counted.run();
        }
    }

    boolean isHandingOver() {
        return activity.isHandingOver();
    }

    boolean isShutdown() {
        return activity.isShutdown();
    }

    void shutdown() {
        activity.shutdown();
    }

    void stopReading() {
        activity.jobs().forEach(job -> job.stopReading.run());
    }

    void cancelAll() {
        activity.jobs().forEach(Running::cancel);
    }

    /** Completes when the pool was shut down and every job has ended; the session is ended after that. */
    CompletableFuture<Void> terminated() {
        return activity.terminated();
    }

    /** Ends the session, and returns when that is done; what still runs ends with it. */
    void end() {
        activity.shutdown();
        synchronized (ending) {
            if (!ended) {
                ended = true;
                session.close();
                threads.shutdown();
            }
        }
    }
}
