package io.sheaf.client.threads;

import io.sheaf.client.backend.ProcessEvents;
import io.sheaf.client.backend.ProcessRun;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.process.ChildJvm;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A child of this JVM. It takes no thread's place: nothing here runs beside it but the thread that waits for it. */
final class ThreadsProcess implements ProcessRun {
    private final Bytes action;
    private final ProcessEvents events;
    private final Executor executor;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private @Nullable ChildJvm child;
    private boolean cancelled;

    ThreadsProcess(Bytes action, ProcessEvents events, Executor executor) {
        this.action = action;
        this.events = events;
        this.executor = executor;
    }

    @Override
    public void start() {
        executor.execute(() -> {
            try {
                live();
            } finally {
                over.complete(null);
            }
        });
    }

    private void live() {
        ChildJvm started;
        try {
            synchronized (this) {
                if (cancelled) {
                    events.cancelled();
                    return;
                }
                started = ChildJvm.start(action, new Printing(false), new Printing(true));
                child = started;
            }
            events.began(started.pid(), ChildJvm.hostName());
            events.ended(await(started));
        } catch (IOException e) {
            events.lost(new IllegalStateException("The process could not be started: " + e.getMessage(), e));
        }
    }

    /** The back end ends by interrupting its threads, and its processes end with it. */
    private static int await(ChildJvm started) {
        while (true) {
            try {
                return started.waitFor();
            } catch (InterruptedException e) {
                started.kill();
            }
        }
    }

    @Override
    public void awaitAccepted() {}

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
        }
        signal(true);
    }

    @Override
    public synchronized void signal(boolean atOnce) {
        if (child != null) {
            child.signal(atOnce);
        }
    }

    /** Completes when it has ended. */
    CompletableFuture<Void> over() {
        return over;
    }

    /** What the process prints, on its way. */
    private final class Printing extends OutputStream {
        private final boolean error;

        Printing(boolean error) {
            this.error = error;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            events.printed(new Output(0, error, new String(bytes, offset, length, StandardCharsets.UTF_8)));
        }
    }
}
