package io.sheaf.client.pool;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.JobOptions;
import io.sheaf.RemoteProcess;
import io.sheaf.RemoteRunnable;
import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.process.ProcessConversation;
import io.sheaf.protocol.wire.Bytes;
import io.sheaf.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A process as a job of one item, which keeps it at its worker. */
final class ClientProcess implements RemoteProcess, JobListener {
    private static final int KILLED = -9;
    private static final int TERMINATED = -15;

    private final PoolCore core;
    private final RemoteRunnable action;
    private final JobOptions options;
    private final OutputStreams output = new OutputStreams();
    private final CompletableFuture<ProcessConversation.Started> started = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private PoolCore.@Nullable Running job;
    /** What it ended by if it never began. */
    private int codeIfNotStarted = KILLED;

    ClientProcess(PoolCore core, RemoteRunnable action, JobOptions options) {
        this.core = core;
        this.action = action;
        this.options = options;
    }

    @Override
    public synchronized void start() {
        if (job != null) {
            throw new IllegalStateException("This process was started before; make another one with pool.process()");
        }
        Feed feed = new Feed();
        Bytes bytes;
        try {
            bytes = JavaSerialization.write(action);
            feed.add(bytes.copy());
        } catch (IOException e) {
            throw PoolCore.unserializable("The action " + action.getClass().getName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while the process was being started");
        }
        feed.end();
        job = core.start(
                core.spec(new Work.OwnProcess(), options, PoolCore.nameOf(action)), feed, this, over, () -> {});
    }

    @Override
    public void join() {
        await(ended, Long.MAX_VALUE);
    }

    @Override
    public boolean join(Duration timeout) {
        return await(ended, timeout.toNanos()) != null;
    }

    @Override
    public boolean isAlive() {
        return isStarted() && !ended.isDone();
    }

    @Override
    public @Nullable Integer exitCode() {
        return ended.isCompletedExceptionally() ? await(ended, 0) : ended.getNow(null);
    }

    @Override
    public void terminate() {
        signal(false);
    }

    @Override
    public void kill() {
        signal(true);
    }

    private void signal(boolean atOnce) {
        PoolCore.Running running;
        boolean runs = started.isDone() && !started.isCompletedExceptionally();
        synchronized (this) {
            running = job;
            codeIfNotStarted = atOnce ? KILLED : TERMINATED;
        }
        if (running == null) {
            throw notStarted();
        }
        if (!runs) {
            running.cancel();
        } else {
            Bytes message = ProcessConversation.SIGNAL.toBytes(new ProcessConversation.Signal(atOnce));
            var unused = running.handle().thenAccept(handle -> handle.tell(0, message));
        }
    }

    @Override
    public long pid() {
        return whereabouts().pid();
    }

    @Override
    public String host() {
        return whereabouts().host();
    }

    private ProcessConversation.Started whereabouts() {
        ProcessConversation.Started found = await(started, Long.MAX_VALUE);
        if (found == null) {
            throw new IllegalStateException("The process ended before it began");
        }
        return found;
    }

    @Override
    public InputStream stdout() {
        return output.stdout(isStarted());
    }

    @Override
    public InputStream stderr() {
        return output.stderr(isStarted());
    }

    private synchronized boolean isStarted() {
        return job != null;
    }

    private static IllegalStateException notStarted() {
        return new IllegalStateException("This process was not started; call start() first");
    }

    /** Null when the time has passed first. */
    private <T> @Nullable T await(CompletableFuture<T> future, long nanos) {
        if (!isStarted()) {
            throw notStarted();
        }
        try {
            return future.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Interrupted while waiting for a process, which goes on");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException why ? Failures.here(why) : new IllegalStateException(e);
        }
    }

    @Override
    public void said(long index, Bytes message) {
        try {
            started.complete(ProcessConversation.STARTED.fromBytes(message));
        } catch (MalformedMessageException e) {
            started.completeExceptionally(new IllegalStateException("What the worker says cannot be read", e));
        }
    }

    @Override
    public void results(Segment results) {
        Object code = Results.read(core.reader(), results, results.from());
        end(code instanceof Integer number ? number : KILLED);
    }

    @Override
    public void failed(ItemFailure failure) {
        if (failure.failure() instanceof Failure.Threw threw) {
            output.print(new Output(0, true, "sheaf: " + threw.thrown().headline() + System.lineSeparator()));
            end(1);
        } else {
            end(KILLED);
        }
    }

    @Override
    public void printed(Output printed) {
        output.print(printed);
    }

    @Override
    public void ended(JobStatus status) {
        int code;
        synchronized (this) {
            code = codeIfNotStarted;
        }
        RuntimeException why = Failures.ofEnd(status);
        if (why != null && !(why instanceof CancellationException)) {
            finish(why);
        } else {
            end(started.isDone() ? KILLED : code);
        }
        over.complete(null);
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        finish(why);
        over.complete(null);
    }

    private void end(int code) {
        output.end();
        ended.complete(code);
        started.completeExceptionally(new IllegalStateException("The process ended before it began"));
    }

    private void finish(RuntimeException why) {
        output.end();
        ended.completeExceptionally(why);
        started.completeExceptionally(why);
    }
}
