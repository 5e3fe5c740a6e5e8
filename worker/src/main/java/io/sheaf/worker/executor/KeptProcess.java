package io.sheaf.worker.executor;

import io.sheaf.TaskContext;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.process.ChildJvm;
import io.sheaf.protocol.process.ProcessConversation;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the one item of a job in a JVM of its own, and stays with it to the end. */
final class KeptProcess implements ItemCall {
    private static final int LOST = -9;

    private final JobId job;
    private final Consumer<FromExecutor> line;
    private volatile @Nullable ChildJvm child;

    KeptProcess(JobId job, Consumer<FromExecutor> line) {
        this.job = job;
        this.line = line;
    }

    /** The exit code. Nobody who starts a process expects a second one, so whatever was lost stays lost. */
    @Override
    public Object call(@Nullable Object item) throws Exception {
        if (!(item instanceof byte[] action)) {
            throw new IllegalArgumentException("No action for a process: " + item);
        }
        if (TaskContext.find().filter(context -> context.attempt() > 1).isPresent()) {
            return LOST;
        }
        ChildJvm started = ChildJvm.start(Bytes.wrap(action), System.out, System.err);
        child = started;
        ProcessConversation.Started news = new ProcessConversation.Started(started.pid(), ChildJvm.hostName());
        line.accept(new FromExecutor.Said(job, 0, ProcessConversation.STARTED.toBytes(news)));
        try {
            return started.waitFor();
        } catch (InterruptedException e) {
            started.kill();
            throw e;
        }
    }

    @Override
    public void told(Bytes message) throws MalformedMessageException {
        ChildJvm started = child;
        if (started != null) {
            started.signal(ProcessConversation.SIGNAL.fromBytes(message));
        }
    }
}
