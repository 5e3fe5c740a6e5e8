package io.sheaf.cli;

import io.sheaf.client.session.Feed;
import io.sheaf.client.session.JobHandle;
import io.sheaf.protocol.job.NumberedText;
import io.sheaf.protocol.job.Source;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * Sends the items of a job and remembers them until they are done, since output and errors name them: not more of them
 * than fit the memory together with the results that wait for an earlier one to be written.
 */
final class ItemFeed implements ItemNames {
    private static final long FEWEST_AHEAD = 16;
    private static final long AHEAD_AT_FIRST = 64;
    private static final long MOST_AHEAD = 1 << 18;
    static final long RESULT_BYTES_AHEAD =
            Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 8);
    private static final long REMEMBERED_RESULTS = 1000;
    /** What names may take, and what remembering one takes beside its text. */
    static final long NAME_BYTES_AHEAD = RESULT_BYTES_AHEAD;

    private static final long AROUND_A_NAME = 200;

    private final ItemChoice choice;
    private final boolean remember;
    private final Optional<JobLog.Finished> finished;
    private final boolean numbered;
    private final Map<Long, String> names = new ConcurrentHashMap<>();
    /** Which items of the source those are that are run, where some are not. */
    private final Map<Long, Long> numbers = new ConcurrentHashMap<>();

    private final Feed feed = new Feed();
    private final boolean bounded;
    private final AtomicLong written = new AtomicLong();
    private volatile long wanted = Long.MAX_VALUE;
    private final AtomicLong held = new AtomicLong();
    private volatile double bytesPerResult;
    /** Of the thread that sends. */
    private double bytesPerName = AROUND_A_NAME;

    private long resultsCame;

    /**
     * Nothing is sent before {@link #run}.
     *
     * @param named whether anybody will ask for names, and {@link #forget} them
     */
    ItemFeed(ItemChoice choice, boolean named) {
        this(choice, named, Optional.empty(), false);
    }

    /**
     * As {@link #ItemFeed(ItemChoice, boolean)}.
     *
     * @param finished what need not be run; then nothing of the source is computed where it is used
     * @param numbered whether items that are run know their number in the source all the same, as commands can
     */
    ItemFeed(ItemChoice choice, boolean named, Optional<JobLog.Finished> finished, boolean numbered) {
        this.numbered = numbered && finished.isPresent();
        this.choice = choice;
        this.bounded = named;
        this.remember = named && (choice instanceof ItemChoice.Streamed || finished.isPresent());
        this.finished = finished;
    }

    @Override
    public String name(long index) {
        if (choice instanceof ItemChoice.Range numbers) {
            Source.Range range = numbers.range();
            return Long.toString(range.first() + index);
        }
        if (choice instanceof ItemChoice.Words words && finished.isEmpty()) {
            return words.words().get((int) index);
        }
        return names.getOrDefault(index, Long.toString(index));
    }

    @Override
    public long number(long index) {
        return numbers.getOrDefault(index, index + 1);
    }

    @Override
    public void forget(long index) {
        names.remove(index);
        numbers.remove(index);
        if (written.incrementAndGet() >= wanted) {
            wake();
        }
    }

    private void wake() {
        synchronized (written) {
            written.notifyAll();
        }
    }

    @Override
    public void came(long count, long bytes) {
        held.addAndGet(bytes);
        resultsCame = Math.min(resultsCame + count, Math.max(count, REMEMBERED_RESULTS));
        double mean = bytesPerResult;
        bytesPerResult = mean + (bytes - mean * count) / resultsCame;
    }

    @Override
    public void left(long bytes) {
        long before = held.getAndAdd(-bytes);
        if (before >= RESULT_BYTES_AHEAD) {
            wake();
        }
    }

    /**
     * Sends everything; returns when the source has ended and all is sent. Cancels the job when it cannot be read.
     *
     * @param slots how many items the cluster runs at once
     */
    void run(JobHandle job, IntSupplier slots) throws InterruptedException {
        if (choice instanceof ItemChoice.Range) {
            return;
        }
        Thread sender = new Thread(() -> feed.run(job), "sender");
        sender.setDaemon(true);
        sender.start();
        try {
            addAll(choice.items(), slots);
            feed.end();
        } catch (RuntimeException e) {
            feed.stop();
            job.cancel();
            throw e;
        }
        sender.join();
    }

    /** Else a first item that takes long, or a reader that stops, would have all others wait here. */
    private void awaitRoom(long index, IntSupplier slots) throws InterruptedException {
        while (bounded && !hasRoom(index, slots)) {
            synchronized (written) {
                // Some together, so that not every result that is written wakes this thread.
                wanted = index - ahead(slots) * 7 / 8;
                while (written.get() < wanted || held.get() >= RESULT_BYTES_AHEAD) {
                    written.wait();
                }
                wanted = Long.MAX_VALUE;
            }
        }
    }

    private boolean hasRoom(long index, IntSupplier slots) {
        return index - written.get() < ahead(slots) && held.get() < RESULT_BYTES_AHEAD;
    }

    private long ahead(IntSupplier slots) {
        double results = bytesPerResult == 0 ? AHEAD_AT_FIRST : RESULT_BYTES_AHEAD / bytesPerResult;
        double fitting = Math.min(results, NAME_BYTES_AHEAD / bytesPerName);
        return Math.max(Math.max(FEWEST_AHEAD, 4L * slots.getAsInt()), Math.min(MOST_AHEAD, (long) fitting));
    }

    private void addAll(Iterator<?> items, IntSupplier slots) throws InterruptedException {
        long index = 0;
        for (long number = 1; items.hasNext(); number++) {
            awaitRoom(index, slots);
            Object item = items.next();
            String text = item.toString();
            bytesPerName += (AROUND_A_NAME + text.length() - bytesPerName) / Math.min(number, REMEMBERED_RESULTS);
            if (finished.isPresent() && finished.get().skips(text, number)) {
                continue;
            }
            if (remember) {
                names.put(index, text);
                if (finished.isPresent()) {
                    numbers.put(index, number);
                }
            }
            index++;
            try {
                feed.add(numbered ? new NumberedText(number - 1, text).written() : item);
            } catch (IOException e) {
                throw new IllegalStateException("Every text can be sent", e);
            }
        }
    }
}
