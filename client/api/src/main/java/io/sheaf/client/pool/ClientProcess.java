package io.sheaf.client.pool;

import io.sheaf.JobOptions;
import io.sheaf.RemoteProcess;
import io.sheaf.RemoteRunnable;
import io.sheaf.client.backend.Assignment;
import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A process of a pool, wherever that runs it. */
final class ClientProcess implements RemoteProcess, ProcessEvents {
    private static final int KILLED = -9;
    private static final int TERMINATED = -15;

    private final PoolCore core;
    private final String name;
    private final Bytes action;
    private final JobOptions options;
    private final OutputStreams output = new OutputStreams();
    private final CompletableFuture<Whereabouts> begun = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private @Nullable ProcessRun run;
    private int codeIfCancelled = KILLED;

    private record Whereabouts(long pid, String host) {}

    ClientProcess(PoolCore core, RemoteRunnable action, JobOptions options) {
        this.core = core;
        this.name = Assignment.nameOf(action);
        this.action = SessionBackend.serialized("The action", action);
        this.options = options;
    }

    @Override
    public void start() {
        ProcessRun starting;
        synchronized (this) {
            if (run != null) {
                throw new IllegalStateException("This process was started before; make another one with process()");
            }
            starting = core.process(name, action, options, this);
            run = starting;
        }
        try {
            core.start(starting, over, () -> {});
        } catch (RuntimeException e) {
            lost(e);
            throw e;
        }
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
        ProcessRun running;
        synchronized (this) {
            running = started();
            codeIfCancelled = atOnce ? KILLED : TERMINATED;
        }
        if (begun.isDone()) {
            running.signal(atOnce);
        } else {
            running.cancel();
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

    private Whereabouts whereabouts() {
        Whereabouts found = await(begun, Long.MAX_VALUE);
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
        return run != null;
    }

    private synchronized ProcessRun started() {
        if (run == null) {
            throw new IllegalStateException("This process was not started; call start() first");
        }
        return run;
    }

    /** Null when the time has passed first. */
    private <T> @Nullable T await(CompletableFuture<T> future, long nanos) {
        started();
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
    public void began(long pid, String host) {
        begun.complete(new Whereabouts(pid, host));
    }

    @Override
    public void printed(Output printed) {
        output.print(printed);
    }

    @Override
    public void ended(int code) {
        output.end();
        ended.complete(code);
        begun.completeExceptionally(new IllegalStateException("The process ended before it began"));
        over.complete(null);
    }

    @Override
    public void cancelled() {
        synchronized (this) {
            ended(begun.isDone() ? KILLED : codeIfCancelled);
        }
    }

    @Override
    public void lost(RuntimeException why) {
        output.end();
        ended.completeExceptionally(why);
        begun.completeExceptionally(why);
        over.complete(null);
    }
}
