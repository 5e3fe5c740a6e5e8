package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.process.ChildJvm;
import io.sheaf.protocol.process.ProcessConversation;
import io.sheaf.protocol.process.ProcessConversation.FromKeeper;
import io.sheaf.protocol.process.ProcessConversation.ToKeeper;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the one item of a job in a JVM of its own, and stays with it to the end. */
final class KeptProcess implements ItemCall {
    private static final int LOST = -9;

    private final JobId job;
    private final Consumer<FromExecutor> line;
    private final LinkedBlockingQueue<ToKeeper> answers = new LinkedBlockingQueue<>();
    private volatile @Nullable ChildJvm child;

    KeptProcess(JobId job, Consumer<FromExecutor> line) {
        this.job = job;
        this.line = line;
    }

    /** The exit code. */
    @Override
    public Object call(@Nullable Object item) throws IOException, InterruptedException {
        if (!(item instanceof byte[] action)) {
            throw new IllegalArgumentException("No action for a process: " + item);
        }
        say(new FromKeeper.Asks());
        if (!(answers.take() instanceof ToKeeper.Go)) {
            return LOST;
        }
        ChildJvm started = ChildJvm.start(Bytes.wrap(action), System.out, System.err);
        child = started;
        try {
            say(new FromKeeper.Started(started.pid(), ChildJvm.hostName()));
            return started.waitFor();
        } catch (InterruptedException e) {
            started.kill();
            throw e;
        }
    }

    private void say(FromKeeper message) {
        line.accept(new FromExecutor.Said(job, 0, ProcessConversation.FROM_KEEPER.toBytes(message)));
    }

    @Override
    public void told(Bytes message) throws MalformedMessageException {
        ToKeeper words = ProcessConversation.TO_KEEPER.fromBytes(message);
        ChildJvm started = child;
        if (!(words instanceof ToKeeper.Signal signal)) {
            answers.add(words);
        } else if (started != null) {
            started.signal(signal.atOnce());
        }
    }
}
