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
    private volatile boolean hasPending;
    private @Nullable Item ofPending;
    private volatile @Nullable Item running;

    /** An item of a job. */
    record Item(JobId job, long index) {}

    TaskOutput(boolean error, PrintStream before, Consumer<FromExecutor> send) {
        this.error = error;
        this.before = before;
        this.send = send;
    }

    /** What is printed from now on belongs to this item. */
    void running(Item item) {
        ended();
        running = item;
    }

    /** The item has ended: what it printed without ending the line is sent, too. */
    void ended() {
        // Most items print nothing, and come by the million.
        if (hasPending) {
            sendPending();
        }
    }

    @Override
    public synchronized void write(int b) {
        Item item = running;
        if (item == null || error) {
            before.write(b);
        }
        if (item == null) {
            return;
        }
        belongsTo(item);
        pending.write(b);
        // In UTF-8 neither a line feed nor any other ASCII byte is part of a longer character.
        if (b == '\n' || (pending.size() >= LONGEST_PART && b >= 0)) {
            sendPending();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
        Item item = running;
        if (item == null || error) {
            before.write(bytes, offset, length);
        }
        if (item == null) {
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
            belongsTo(item);
            pending.write(bytes, at, stop - at);
            boolean line = bytes[stop - 1] == '\n';
            if (line || (pending.size() >= LONGEST_PART && bytes[stop - 1] >= 0)) {
                sendPending();
            }
            at = stop;
        }
    }

    /** What is printed next belongs to that item, and may follow only what is of the same. */
    private void belongsTo(Item item) {
        if (!item.equals(ofPending)) {
            sendPending();
            ofPending = item;
        }
        hasPending = true;
    }

    private synchronized void sendPending() {
        Item owner = ofPending;
        if (owner != null && pending.size() > 0) {
            String text = pending.toString(StandardCharsets.UTF_8);
            send.accept(new FromExecutor.Printed(owner.job(), new Output(owner.index(), error, text)));
        }
        pending.reset();
        hasPending = false;
    }
}
