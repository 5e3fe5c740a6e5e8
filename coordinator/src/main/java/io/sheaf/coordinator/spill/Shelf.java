package io.sheaf.coordinator.spill;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pieces of one job by their indexes, some in memory and some on disk; no two have an index in common. Reading throws
 * {@link UncheckedIOException} when the disk does not give back what it was given. For the thread of its {@link Spill}.
 */
public final class Shelf {
    /** So long is a run on disk at most, unless a single piece is longer. */
    static final long LONGEST_RUN = 1 << 20;

    /** Shorter runs are written only when longer ones are not enough. */
    private static final long SHORTEST_RUN = 32 << 10;

    private final Spill spill;
    private final boolean lastFirst;
    private final SpillFiles files;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long inMemory;
    private long underWay;
    private long onDisk;

    /** One piece in memory, or a run on disk. */
    private static final class Entry {
        final long from;
        final long to;
        final long cost;
        final @Nullable Piece piece;
        final @Nullable Extent extent;
        final @Nullable Supplier<Piece> elsewhere;
        private long left;
        private boolean underWay;

        Entry(Piece piece) {
            this.from = piece.from();
            this.to = piece.to();
            this.cost = piece.cost();
            this.piece = piece;
            this.extent = null;
            this.elsewhere = null;
            this.left = to - from;
        }

        Entry(long from, long to, long cost, Supplier<Piece> elsewhere) {
            this.from = from;
            this.to = to;
            this.cost = cost;
            this.piece = null;
            this.extent = null;
            this.elsewhere = elsewhere;
            this.left = to - from;
        }

        Entry(List<Entry> pieces, Extent extent) {
            this.from = pieces.get(0).from;
            this.to = pieces.get(pieces.size() - 1).to;
            this.cost = pieces.stream().mapToLong(entry -> entry.cost).sum();
            this.piece = null;
            this.extent = extent;
            this.elsewhere = null;
            this.left = pieces.stream().mapToLong(entry -> entry.left).sum();
        }

        boolean canGo() {
            return piece != null && !underWay;
        }
    }

    /** Pieces that are being written, each beginning where the one before ends. */
    static final class Batch {
        final Shelf shelf;
        final SpillFiles files;
        final Run run;
        final long cost;
        private final List<Entry> entries;

        private Batch(Shelf shelf, List<Entry> entries) {
            this.shelf = shelf;
            this.files = shelf.files;
            this.entries = List.copyOf(entries);
            this.cost = entries.stream().mapToLong(entry -> entry.cost).sum();
            this.run = new Run(entries.stream()
                    .flatMap(entry -> Optional.ofNullable(entry.piece).stream())
                    .toList());
        }
    }

    Shelf(Spill spill, boolean lastFirst, SpillFiles files) {
        this.spill = spill;
        this.lastFirst = lastFirst;
        this.files = files;
    }

    /** Adds a piece. */
    public void add(Piece piece) {
        Entry entry = new Entry(piece);
        entries.put(entry.from, entry);
        inMemory += entry.cost;
        spill.grown(this, entry.cost);
    }

    /**
     * Adds a piece that is kept elsewhere, and costs no memory.
     *
     * @param cost what it would take in memory
     * @param where gives it, each time
     */
    public void add(long from, long to, long cost, Supplier<Piece> where) {
        entries.put(from, new Entry(from, to, cost, where));
        onDisk += cost;
    }

    /** What it takes in memory, in bytes, nearly. */
    public long inMemory() {
        return inMemory;
    }

    /** What its pieces would take in memory that are on disk. */
    public long onDisk() {
        return onDisk;
    }

    /** What could be written. */
    long idle() {
        return inMemory - underWay;
    }

    /** The piece with that index. */
    public Optional<Piece> at(long index) {
        Map.Entry<Long, Entry> entry = entries.floorEntry(index);
        return entry == null || entry.getValue().to <= index
                ? Optional.empty()
                : Optional.of(read(entry.getValue()).at(index)).filter(piece -> piece.to() > index);
    }

    /** The first index from that one on which a piece has. */
    public OptionalLong next(long index) {
        Map.Entry<Long, Entry> floor = entries.floorEntry(index);
        if (floor != null && floor.getValue().to > index) {
            return OptionalLong.of(index);
        }
        Long next = entries.higherKey(index);
        return next == null ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /** The pieces with an index from the one to before the other, in order. */
    public List<Piece> between(long from, long to) {
        List<Piece> found = new ArrayList<>();
        for (Entry entry : overlapping(from, to)) {
            for (Piece piece : read(entry).pieces()) {
                if (piece.from() < to && piece.to() > from) {
                    found.add(piece);
                }
            }
        }
        return found;
    }

    private Run read(Entry entry) {
        if (entry.piece != null) {
            return new Run(List.of(entry.piece));
        }
        if (entry.elsewhere != null) {
            return new Run(List.of(entry.elsewhere.get()));
        }
        if (entry.extent == null) {
            throw new IllegalStateException("An entry that is nowhere");
        }
        return spill.read(entry.extent);
    }

    /** These indexes are not asked for any more; each is told once. */
    public void ended(long from, long to) {
        for (Entry entry : List.copyOf(overlapping(from, to))) {
            entry.left -= Math.max(0, Math.min(to, entry.to) - Math.max(from, entry.from));
            if (entry.left == 0) {
                entries.remove(entry.from);
                gone(entry);
            }
        }
    }

    /** Nothing is asked for any more. */
    public void clear() {
        List<Entry> all = List.copyOf(entries.values());
        entries.clear();
        all.forEach(this::gone);
    }

    private Collection<Entry> overlapping(long from, long to) {
        Long first = entries.floorKey(from);
        long start = first == null ? from : first;
        return start >= to ? List.of() : entries.subMap(start, to).values();
    }

    private void gone(Entry entry) {
        if (entry.extent != null) {
            onDisk -= entry.cost;
            spill.release(files, entry.extent);
        } else if (entry.elsewhere != null) {
            onDisk -= entry.cost;
        } else {
            inMemory -= entry.cost;
            // What is being written goes on to be counted there, until it has been written for nothing.
            underWay -= entry.underWay ? entry.cost : 0;
            spill.shrunk(this, entry.cost);
        }
    }

    /** Pieces to write, of about so many bytes in all; they count as being written from now on. */
    List<Batch> choose(long bytes) {
        List<Batch> chosen = new ArrayList<>();
        long missing = choose(bytes, SHORTEST_RUN, chosen);
        if (missing > 0) {
            choose(missing, 1, chosen);
        }
        return chosen;
    }

    private long choose(long bytes, long shortest, List<Batch> chosen) {
        long missing = bytes;
        List<Entry> run = new ArrayList<>();
        long length = 0;
        for (Entry entry : lastFirst ? entries.descendingMap().values() : entries.values()) {
            if (missing <= 0) {
                return 0;
            }
            if (!run.isEmpty() && (!entry.canGo() || !follows(run, entry) || length + entry.cost > LONGEST_RUN)) {
                missing -= take(run, length, shortest, chosen);
                run.clear();
                length = 0;
            }
            if (entry.canGo()) {
                run.add(entry);
                length += entry.cost;
            }
        }
        return missing <= 0 || run.isEmpty() ? missing : missing - take(run, length, shortest, chosen);
    }

    private boolean follows(List<Entry> run, Entry next) {
        Entry last = run.get(run.size() - 1);
        return lastFirst ? next.to == last.from : next.from == last.to;
    }

    private long take(List<Entry> run, long length, long shortest, List<Batch> chosen) {
        if (length < shortest) {
            return 0;
        }
        List<Entry> ordered = new ArrayList<>(run);
        if (lastFirst) {
            Collections.reverse(ordered);
        }
        ordered.forEach(entry -> entry.underWay = true);
        underWay += length;
        chosen.add(new Batch(this, ordered));
        return length;
    }

    /** What is still asked for of a batch takes no memory any more. */
    void written(Batch batch, Extent extent) {
        List<Entry> left = remaining(batch);
        if (left.isEmpty()) {
            spill.release(files, extent);
            return;
        }
        Entry run = new Entry(left, extent);
        left.forEach(entry -> entries.remove(entry.from));
        entries.put(run.from, run);
        inMemory -= run.cost;
        underWay -= run.cost;
        onDisk += run.cost;
        spill.shrunk(this, run.cost);
    }

    /** A batch stays in memory. */
    void notWritten(Batch batch) {
        for (Entry entry : remaining(batch)) {
            entry.underWay = false;
            underWay -= entry.cost;
        }
    }

    private List<Entry> remaining(Batch batch) {
        return batch.entries.stream()
                .filter(entry -> entries.get(entry.from) == entry)
                .toList();
    }
}
