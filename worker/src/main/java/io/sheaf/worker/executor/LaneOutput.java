package io.sheaf.worker.executor;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks print that run beside each other: each thread, and those that it starts, to the item that it runs. What
 * other threads print goes where it went before. Safe for use by many threads.
 */
final class LaneOutput extends OutputStream {
    private static final InheritableThreadLocal<Runner.@Nullable Streams> CURRENT = new InheritableThreadLocal<>();

    private final boolean error;
    private final PrintStream before;

    private LaneOutput(boolean error, PrintStream before) {
        this.error = error;
        this.before = before;
    }

    /** From now on this process prints to its lanes. */
    static void install() {
        System.setOut(new PrintStream(new LaneOutput(false, System.out), true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new LaneOutput(true, System.err), true, StandardCharsets.UTF_8));
    }

    /** The current thread prints to these. */
    static void enter(Runner.Streams streams) {
        CURRENT.set(streams);
    }

    /** The current thread is nobody's. */
    static void leave() {
        CURRENT.remove();
    }

    @Override
    public void write(int b) {
        TaskOutput output = current();
        if (output != null) {
            output.write(b);
        } else {
            before.write(b);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        TaskOutput output = current();
        if (output != null) {
            output.write(bytes, offset, length);
        } else {
            before.write(bytes, offset, length);
        }
    }

    private @Nullable TaskOutput current() {
        Runner.Streams streams = CURRENT.get();
        if (streams == null) {
            return null;
        }
        return error ? streams.err() : streams.out();
    }
}
