package io.sheaf.coordinator.spill;

import io.sheaf.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what all shelves take in memory within a budget: beyond it, pieces go to disk. One thread writes, so that a
 * disk that is slow or busy delays nobody but those who bring more: what is being written stays readable in memory.
 * Reading is done where it is asked for: the system mostly still has in memory what was written not long ago, and else
 * one run is read at a time, of 1 MiB.
 *
 * <p>When writing fails, what was to be written stays in memory, {@link #trouble} says why, and once a second it is
 * tried again. For one thread, which also carries out what is given to the executor.
 */
public final class Spill implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Spill.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final int RECENT_RUNS = 8;
    private static final int LARGEST_RECENT = 4 << 20;

    private final SpillDirectory directory;
    private final long budget;
    private final Executor loop;
    private final Set<Shelf> shelves = new LinkedHashSet<>();
    private final Recent recent = new Recent();
    private final ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "spill-writer");
        thread.setDaemon(true);
        return thread;
    });
    private long inMemory;
    private long underWay;
    private boolean retrying;
    private Optional<String> trouble = Optional.empty();

    /** Runs that were read not long ago: a lease, or a page, often takes a small part of one. */
    private static final class Recent extends LinkedHashMap<Extent, Run> {
        private static final long serialVersionUID = 1;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Extent, Run> eldest) {
            return size() > RECENT_RUNS;
        }
    }

    /**
     * One without shelves.
     *
     * @param directory closed with it
     * @param budget in bytes
     * @param loop runs what it is given in the thread that uses this, soon
     */
    public Spill(SpillDirectory directory, long budget, Executor loop) {
        this.directory = directory;
        this.budget = budget;
        this.loop = loop;
    }

    /**
     * A shelf for one job.
     *
     * @param lastFirst whether its last pieces are asked for last, so that they go to disk first
     */
    public Shelf shelf(boolean lastFirst) {
        return new Shelf(this, lastFirst, new SpillFiles(directory));
    }

    /** What all shelves take in memory, in bytes, nearly. */
    public long inMemory() {
        return inMemory;
    }

    /** Whether there is more in memory than there should be, because writing does not keep up or fails. */
    public boolean isPressed() {
        return inMemory > budget + budget / 4;
    }

    /** Why nothing can be written, and what to do, while that is so. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Begins to write what is too much. To be called after shelves have grown; costs nothing when they fit. */
    public void balance() {
        if (trouble.isPresent() || inMemory - underWay <= budget) {
            return;
        }
        // Well below the budget, so that what comes next does not begin this anew.
        long target = budget - budget / 4;
        while (inMemory - underWay > target) {
            Optional<Shelf> fullest = fullest();
            if (fullest.isEmpty()) {
                return;
            }
            fullest.get().choose(inMemory - underWay - target).forEach(this::write);
        }
    }

    private Optional<Shelf> fullest() {
        return shelves.stream().filter(shelf -> shelf.idle() > 0).max(Comparator.comparingLong(Shelf::idle));
    }

    private void write(Shelf.Batch batch) {
        underWay += batch.cost;
        onWriter(() -> {
            try {
                Extent extent = batch.files.write(batch.run.toBytes());
                loop.execute(() -> written(batch, extent));
            } catch (IOException | RuntimeException | OutOfMemoryError e) {
                loop.execute(() -> failed(batch, e));
            }
        });
    }

    private void written(Shelf.Batch batch, Extent extent) {
        underWay -= batch.cost;
        batch.shelf.written(batch, extent);
        if (trouble.isPresent()) {
            log.info("Writing to {} works again", directory);
            trouble = Optional.empty();
        }
    }

    private void failed(Shelf.Batch batch, Throwable why) {
        underWay -= batch.cost;
        batch.shelf.notWritten(batch);
        if (trouble.isEmpty()) {
            String message = "The coordinator has more in hand than its memory budget and cannot write it to "
                    + directory + " (" + why + "): free space there; it then goes on by itself";
            log.warn("{}", message);
            trouble = Optional.of(message);
        }
        if (!retrying) {
            retrying = true;
            try {
                var unused = writer.schedule(() -> loop.execute(this::retry), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                log.debug("Closed in the meantime", e);
            }
        }
    }

    /** One batch shows whether writing works again; if there is none, there is no reason to write any more. */
    private void retry() {
        retrying = false;
        List<Shelf.Batch> one = inMemory - underWay <= budget
                ? List.of()
                : fullest().map(shelf -> shelf.choose(1)).orElse(List.of());
        if (one.isEmpty()) {
            trouble = Optional.empty();
        }
        one.forEach(this::write);
    }

    void grown(Shelf shelf, long bytes) {
        inMemory += bytes;
        shelves.add(shelf);
    }

    void shrunk(Shelf shelf, long bytes) {
        inMemory -= bytes;
        if (shelf.inMemory() == 0) {
            shelves.remove(shelf);
        }
    }

    Run read(Extent extent) {
        Run known = recent.get(extent);
        if (known != null) {
            return known;
        }
        try {
            Run run = Run.of(SpillFiles.read(extent));
            if (extent.length() <= LARGEST_RECENT) {
                recent.put(extent, run);
            }
            return run;
        } catch (MalformedMessageException e) {
            throw new UncheckedIOException(new IOException(extent.file() + " was changed by somebody", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void release(SpillFiles files, Extent extent) {
        recent.remove(extent);
        onWriter(() -> {
            try {
                files.release(extent);
            } catch (IOException e) {
                log.warn("{} cannot be deleted: {}", extent.file(), e.getMessage());
            }
        });
    }

    private void onWriter(Runnable task) {
        try {
            writer.execute(task);
        } catch (RejectedExecutionException e) {
            log.debug("Closed in the meantime", e);
        }
    }

    /** Gives the disk back. */
    @Override
    public void close() {
        writer.shutdownNow();
        try {
            boolean unused = writer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        directory.close();
    }
}
