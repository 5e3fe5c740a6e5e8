package io.sheaf.cli;

import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.protocol.job.Source;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sends the items of a job and remembers them until they are done, since output and errors name them. */
final class ItemFeed implements ItemNames {
    private final ItemChoice choice;
    private final boolean remember;
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private final Feed feed = new Feed();

    /**
     * Nothing is sent before {@link #run}.
     *
     * @param named whether anybody will ask for names
     */
    ItemFeed(ItemChoice choice, boolean named) {
        this.choice = choice;
        this.remember = named && choice instanceof ItemChoice.Streamed;
    }

    @Override
    public String name(long index) {
        if (choice instanceof ItemChoice.Range numbers) {
            Source.Range range = numbers.range();
            return Long.toString(range.first() + index);
        }
        if (choice instanceof ItemChoice.Words words) {
            return words.words().get((int) index);
        }
        return names.getOrDefault(index, Long.toString(index));
    }

    @Override
    public void forget(long index) {
        names.remove(index);
    }

    /** Sends everything; returns when the source has ended and all is sent. Cancels the job when it cannot be read. */
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
            feed.end();
        } catch (RuntimeException e) {
            feed.stop();
            job.cancel();
            throw e;
        }
        sender.join();
    }

    private void addAll(Iterator<String> texts) throws InterruptedException {
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
