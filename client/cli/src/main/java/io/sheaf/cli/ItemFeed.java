package io.sheaf.cli;

import io.sheaf.client.session.JobHandle;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.Source;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends the items of a job and remembers them until they are done, since output and errors name them. What has been read
 * while the last batch was being written goes out together: a slow source is not waited for.
 */
final class ItemFeed {
    private static final int MOST = 4096;

    private final ItemChoice choice;
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private final SegmentWriter writer = new SegmentWriter();
    private long sent;
    private boolean ended;

    ItemFeed(ItemChoice choice) {
        this.choice = choice;
    }

    /** The item as typed; forgets it when told so. */
    String name(long index, boolean forget) {
        if (choice instanceof ItemChoice.Range numbers) {
            Source.Range range = numbers.range();
            return Long.toString(range.first() + index);
        }
        if (choice instanceof ItemChoice.Words words) {
            return words.words().get((int) index);
        }
        String name = forget ? names.remove(index) : names.get(index);
        return name == null ? Long.toString(index) : name;
    }

    /** Sends everything; returns when the source has ended and all is sent. */
    void run(JobHandle job) throws InterruptedException {
        if (choice instanceof ItemChoice.Range) {
            return;
        }
        boolean remember = choice instanceof ItemChoice.Streamed;
        Iterator<String> texts = choice instanceof ItemChoice.Words words
                ? words.words().iterator()
                : new ItemChoice.Texts((ItemChoice.Streamed) choice);
        Thread sender = new Thread(() -> send(job), "sender");
        sender.setDaemon(true);
        sender.start();
        long index = 0;
        try {
            while (texts.hasNext()) {
                String text = texts.next();
                if (remember) {
                    names.put(index, text);
                }
                index++;
                add(text);
            }
        } finally {
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
        sender.join();
    }

    private synchronized void add(String text) throws InterruptedException {
        while (writer.count() >= MOST) {
            wait();
        }
        try {
            writer.add(text);
        } catch (IOException e) {
            throw new IllegalStateException("Every text can be sent", e);
        }
        notifyAll();
    }

    private void send(JobHandle job) {
        try {
            while (true) {
                io.sheaf.protocol.item.Segment next;
                synchronized (this) {
                    while (writer.count() == 0 && !ended) {
                        wait();
                    }
                    if (writer.count() == 0) {
                        job.end(sent);
                        return;
                    }
                    next = writer.take(sent);
                    sent = next.to();
                    notifyAll();
                }
                job.send(next);
                job.awaitSent();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
