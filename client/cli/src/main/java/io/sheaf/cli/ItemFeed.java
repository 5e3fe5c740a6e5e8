package io.sheaf.cli;

import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.protocol.job.Source;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sends the items of a job and remembers them until they are done, since output and errors name them. */
final class ItemFeed {
    private final ItemChoice choice;
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private final Feed feed = new Feed();

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
        Iterator<String> texts = choice instanceof ItemChoice.Words words
                ? words.words().iterator()
                : new ItemChoice.Texts((ItemChoice.Streamed) choice);
        Thread sender = new Thread(() -> feed.run(job), "sender");
        sender.setDaemon(true);
        sender.start();
        try {
            addAll(texts);
        } finally {
            feed.end();
        }
        sender.join();
    }

    private void addAll(Iterator<String> texts) throws InterruptedException {
        boolean remember = choice instanceof ItemChoice.Streamed;
        for (long index = 0; texts.hasNext(); index++) {
            String text = texts.next();
            if (remember) {
                names.put(index, text);
            }
            try {
                feed.add(text);
            } catch (IOException e) {
                throw new IllegalStateException("Every text can be sent", e);
            }
        }
    }
}
