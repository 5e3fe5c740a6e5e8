package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.spill.Piece;
import io.sheaf.coordinator.spill.Shelf;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.item.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The items of a streamed source, as they came, until they have ended or nobody can ask for them. For one thread. */
final class ItemStore {
    private final Shelf shelf;
    private final ArrayDeque<Range> earlier = new ArrayDeque<>();
    private long arrived;
    private long count;
    private long arrivedCost;

    ItemStore(Shelf shelf) {
        this.shelf = shelf;
    }

    /** These ended before, and are not sent; in order, told before anything comes. */
    void passOver(List<Range> ended) {
        earlier.addAll(ended);
        passEarlier();
    }

    private void passEarlier() {
        while (!earlier.isEmpty() && earlier.getFirst().from() == arrived) {
            arrived = earlier.removeFirst().to();
        }
    }

    /** The index that comes next. */
    long arrived() {
        return arrived;
    }

    /** What is kept, in memory and on disk, in bytes as credit counts them. */
    long cost() {
        return shelf.inMemory() + shelf.onDisk();
    }

    /** Of one item, in bytes, on the average. */
    double meanCost() {
        return count == 0 ? 0 : (double) arrivedCost / count;
    }

    /** Keeps items; those that come next. */
    void add(Segment items) {
        if (items.count() > 0) {
            shelf.add(new Piece.Values(items));
        }
        arrived = items.to();
        count += items.count();
        arrivedCost += items.cost();
        passEarlier();
    }

    /** Keeps items that come next, and lie elsewhere. */
    void add(long from, long to, long cost, Supplier<Piece> where) {
        shelf.add(from, to, cost, where);
        arrived = to;
        count += to - from;
        arrivedCost += cost;
        passEarlier();
    }

    /**
     * Items that are still kept, in order.
     *
     * @throws java.io.UncheckedIOException when they cannot be read back from disk
     */
    List<Segment> slice(long from, long to) {
        List<Segment> slices = new ArrayList<>();
        for (Piece piece : shelf.between(from, to)) {
            if (piece instanceof Piece.Values values) {
                Segment segment = values.segment();
                slices.add(segment.slice(Math.max(from, segment.from()), Math.min(to, segment.to())));
            }
        }
        return slices;
    }

    /** Items have ended; each is told once. */
    void ended(long from, long to) {
        shelf.ended(from, to);
    }

    void clear() {
        shelf.clear();
    }
}
