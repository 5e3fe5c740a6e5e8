package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs items, one at a time, in the order in which they came. */
final class Runner {
    private final ItemQueue queue;
    private final CurrentItemFile current;
    private final Streams streams;
    private final Consumer<FromExecutor> send;
    private final Results results;
    private final ClassLoader classes = ClassLoader.getSystemClassLoader();
    private final SegmentReader reader = new SegmentReader(classes);
    private final Map<JobId, OpenJob> jobs = new ConcurrentHashMap<>();

    /** Where tasks print. */
    record Streams(TaskOutput out, TaskOutput err) {
        void running(JobId job, long index) {
            out.running(job, index);
            err.running(job, index);
        }
    }

    private static final class OpenJob {
        final Work work;
        final ResultForm form;
        private @Nullable ItemCall call;
        private @Nullable Throwable broken;

        OpenJob(Work work, ResultForm form) {
            this.work = work;
            this.form = form;
        }

        /** Made by the running thread when the first item needs it, since it runs user code. */
        @SuppressWarnings("IllegalThrows")
        ItemCall call(ClassLoader classes) throws Throwable {
            if (broken != null) {
                throw broken;
            }
            ItemCall made = call;
            if (made == null) {
                try {
                    made = Calls.of(work, classes);
                } catch (Throwable e) {
                    broken = e;
                    throw e;
                }
                call = made;
            }
            return made;
        }
    }

    Runner(ItemQueue queue, CurrentItemFile current, Streams streams, Consumer<FromExecutor> send) {
        this.queue = queue;
        this.current = current;
        this.streams = streams;
        this.send = send;
        this.results = new Results(send);
    }

    void open(ToExecutor.Open job) {
        jobs.put(job.job(), new OpenJob(job.work(), job.form()));
    }

    void close(JobId job) {
        jobs.remove(job);
    }

    /** Returns when the queue has ended. */
    void run() {
        Thread.currentThread().setContextClassLoader(classes);
        while (true) {
            ItemQueue.Claim claim = queue.poll();
            if (claim == null) {
                current.idle();
                results.flush();
                claim = queue.take();
            }
            if (claim == null) {
                return;
            }
            run(claim.batch(), claim.index());
        }
    }

    private void run(ItemQueue.Batch batch, long index) {
        JobId job = batch.job;
        OpenJob open = jobs.get(job);
        if (open == null) {
            throw new IllegalStateException("Items of job " + job + " came before the job");
        }
        current.running(job.number(), index);
        streams.running(job, index);
        long started = System.nanoTime();
        try {
            Object item = reader.read(batch.items, index);
            Object value = open.call(classes).call(item);
            results.add(job, index, value, open.form, started, System.nanoTime());
        } catch (Throwable e) {
            results.flush();
            send.accept(new FromExecutor.Failed(job, index, Throwables.failure(e)));
        }
    }
}
