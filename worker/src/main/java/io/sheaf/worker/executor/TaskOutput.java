package io.sheaf.worker.executor;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What tasks print, line by line, under the item that runs; threads that a task has started count to that item. Before
 * the first item everything goes where it went before; errors always do too, since what a process says last before it
 * dies reaches nobody otherwise. Safe for use by many threads.
 */
final class TaskOutput extends OutputStream {
    private static final int LONGEST_PART = 8 << 10;

    private final boolean error;
    private final PrintStream before;
    private final Consumer<FromExecutor> send;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private @Nullable JobId job;
    private long index;

    TaskOutput(boolean error, PrintStream before, Consumer<FromExecutor> send) {
        this.error = error;
        this.before = before;
        this.send = send;
    }

    /** What is printed from now on belongs to this item. */
    synchronized void running(JobId nextJob, long nextIndex) {
        ended();
        job = nextJob;
        index = nextIndex;
    }

    /** The item has ended: what it printed without ending the line is sent, too. */
    synchronized void ended() {
        if (pending.size() > 0) {
            sendPending();
        }
    }

    @Override
    public synchronized void write(int b) {
        if (job == null || error) {
            before.write(b);
        }
        if (job == null) {
            return;
        }
        pending.write(b);
        // In UTF-8 neither a line feed nor any other ASCII byte is part of a longer character.
        if (b == '\n' || (pending.size() >= LONGEST_PART && b >= 0)) {
            sendPending();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        if (job == null || error) {
            before.write(bytes, offset, length);
        }
        if (job == null) {
            return;
        }
        int end = offset + length;
        int at = offset;
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != '\n' && stop - at < LONGEST_PART) {
                stop++;
            }
            stop = Math.min(end, stop + 1);
            pending.write(bytes, at, stop - at);
            boolean line = bytes[stop - 1] == '\n';
            if (line || (pending.size() >= LONGEST_PART && bytes[stop - 1] >= 0)) {
                sendPending();
            }
            at = stop;
        }
    }

    private void sendPending() {
        JobId owner = job;
        if (owner != null) {
            String text = pending.toString(StandardCharsets.UTF_8);
            send.accept(new FromExecutor.Printed(owner, new Output(index, error, text)));
        }
        pending.reset();
    }
}
