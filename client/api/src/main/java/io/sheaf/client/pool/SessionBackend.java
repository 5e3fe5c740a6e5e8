package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.Workload;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.Backend;
import io.sheaf.client.backend.Job;
import io.sheaf.client.backend.JobEvents;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.client.code.SentCode;
import io.sheaf.client.session.CodeFiles;
import io.sheaf.client.session.JobHandle;
import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.Session;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Other processes, behind a session, which ends with it. What is given to it is serialized in the caller's thread. */
final class SessionBackend implements Backend {
    /** What one worker runs at once of what waits, where Java has virtual threads; the coordinator does not tell. */
    private static final int IO_SLOTS = 1000;

    private final Session session;
    private final CodeFiles code;
    private final ExecutorService feeding = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sheaf-feed");
        thread.setDaemon(true);
        return thread;
    });

    SessionBackend(Session session, CodeFiles code) {
        this.session = session;
        this.code = code;
    }

    @Override
    public int slots(Workload workload) {
        return workload == Workload.IO ? Math.max(session.slots(), IO_SLOTS) : session.slots();
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public Job job(Assignment assignment, JobEvents events) {
        return new SessionJob(this, assignment, events);
    }

    @Override
    public ProcessRun process(String name, Bytes action, JobOptions options, ProcessEvents events) {
        return new SessionProcess(this, spec(name, new Work.OwnProcess(), ResultForm.OBJECT, options), action, events);
    }

    /** A live job whose items are sent. */
    JobSpec spec(String name, Work work, ResultForm form, JobOptions options) {
        return new JobSpec(
                options.name().isEmpty() ? name : options.name(),
                work,
                new Source.Streamed(),
                code.bundle(),
                form,
                Policy.of(options),
                options.initializer().map(initializer -> serialized("The initializer", initializer)),
                true,
                options.durable());
    }

    /**
     * What users have written, to be sent.
     *
     * @throws IllegalArgumentException when it cannot be
     */
    static Bytes serialized(String what, Object users) {
        try {
            return SentCode.write(users);
        } catch (IOException e) {
            throw Failures.unserializable(what + " " + users.getClass().getName(), e);
        }
    }

    CompletableFuture<JobHandle> submit(JobSpec spec, JobListener listener) {
        return session.submit(spec, code, listener);
    }

    /** Runs that beside everything else, as what sends items. */
    void run(Runnable task) {
        feeding.execute(task);
    }

    @Override
    public void close() {
        session.close();
        feeding.shutdown();
    }
}
