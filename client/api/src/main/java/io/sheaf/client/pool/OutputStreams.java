package io.sheaf.client.pool;

import io.sheaf.protocol.job.Output;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Where goes what a process prints: to streams of the user where these were asked for, else to this JVM's own. */
final class OutputStreams {
    private @Nullable Pipe out;
    private @Nullable Pipe error;

    /** Bytes that come from one thread and are read by another; the one who writes never waits. */
    private static final class Pipe extends InputStream {
        private static final byte[] END = {};

        private final LinkedBlockingQueue<byte[]> parts = new LinkedBlockingQueue<>();
        private byte[] part = {};
        private int at;
        private boolean ended;

        void add(byte[] bytes) {
            parts.add(bytes);
        }

        @Override
        public synchronized int read() {
            return hasMore() ? part[at++] & 0xff : -1;
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (!hasMore()) {
                return -1;
            }
            int count = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, offset, count);
            at += count;
            return count;
        }

        @Override
        public synchronized int available() {
            return part.length - at;
        }

        private boolean hasMore() {
            while (at == part.length && !ended) {
                try {
                    part = parts.take();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
                at = 0;
                ended = part.length == 0;
            }
            return !ended;
        }
    }

    synchronized InputStream stdout(boolean started) {
        Pipe pipe = pipe(out, started, "stdout");
        out = pipe;
        return pipe;
    }

    synchronized InputStream stderr(boolean started) {
        Pipe pipe = pipe(error, started, "stderr");
        error = pipe;
        return pipe;
    }

    private static Pipe pipe(@Nullable Pipe known, boolean started, String name) {
        if (known != null) {
            return known;
        }
        if (started) {
            throw new IllegalStateException("Ask for " + name
                    + "() before start(); what the process prints goes to this" + " JVM's own " + name + " by now");
        }
        return new Pipe();
    }

    synchronized void print(Output printed) {
        Pipe pipe = printed.error() ? error : out;
        PrintStream own = printed.error() ? System.err : System.out;
        if (pipe == null) {
            own.print(printed.text());
        } else if (!printed.text().isEmpty()) {
            pipe.add(printed.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    synchronized void end() {
        if (out != null) {
            out.add(Pipe.END);
        }
        if (error != null) {
            error.add(Pipe.END);
        }
    }
}
