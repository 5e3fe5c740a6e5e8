package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.spill.Piece;
import io.sheaf.coordinator.spill.Shelf;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Intervals;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.RecordCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** What a detached job has come to, until it is fetched. For one thread. */
final class KeptResults {
    private static final long PAGE_BYTES = 1 << 20;
    private static final int PAGE_FAILURES = 1000;
    private static final long LOG_BYTES = 1 << 20;

    private static final long AROUND_A_FAILURE = 512;
    private static final RecordCodec<ItemFailure> FAILURES = RecordCodec.of(ItemFailure.class);

    private final Supplier<Shelf> shelves;
    /** The newest first; what a later one is for is not asked for in an earlier one. */
    private final ArrayDeque<Layer> layers = new ArrayDeque<>();

    private final ArrayDeque<Output> log = new ArrayDeque<>();
    private long logBytes;
    private long logDropped;
    private long logDroppedBytes;

    /** What came of one life of the job. */
    private static final class Layer {
        final Shelf shelf;
        final Intervals replaced = new Intervals();

        Layer(Shelf shelf) {
            this.shelf = shelf;
        }

        Optional<Piece> at(long index) {
            return replaced.contains(index) ? Optional.empty() : shelf.at(index);
        }

        LongStream next(long index) {
            OptionalLong next = shelf.next(index);
            while (next.isPresent() && replaced.contains(next.getAsLong())) {
                next = shelf.next(next.getAsLong() + 1);
            }
            return next.stream();
        }

        void replace(Range range) {
            // Each is told once.
            for (Range news : replaced.gaps(range.from(), range.to())) {
                shelf.ended(news.from(), news.to());
            }
            replaced.add(range.from(), range.to());
        }
    }

    /** @param shelves makes places for what is kept */
    KeptResults(Supplier<Shelf> shelves) {
        this.shelves = shelves;
        layers.add(new Layer(shelves.get()));
    }

    /** These items are run again: what came of them is forgotten. */
    void again(List<Range> items) {
        layers.forEach(layer -> items.forEach(layer::replace));
        layers.addFirst(new Layer(shelves.get()));
    }

    void add(Segment segment) {
        layers.getFirst().shelf.add(new Piece.Values(segment.compact()));
    }

    /** Results that lie elsewhere. */
    void add(long from, long to, long cost, Supplier<Piece> where) {
        layers.getFirst().shelf.add(from, to, cost, where);
    }

    void add(ItemFailure failure) {
        layers.getFirst()
                .shelf
                .add(new Piece.Failed(failure, FAILURES.toBytes(failure).length() + AROUND_A_FAILURE));
    }

    /** Nobody will fetch them any more. */
    void clear() {
        layers.forEach(layer -> layer.shelf.clear());
        log.clear();
    }

    Optional<ItemFailure> failure(long index) {
        return at(index).filter(Piece.Failed.class::isInstance).map(piece -> ((Piece.Failed) piece).failure());
    }

    private Optional<Piece> at(long index) {
        return layers.stream().flatMap(layer -> layer.at(index).stream()).findFirst();
    }

    /** The first index from that one on of which something is kept. */
    private OptionalLong next(long index) {
        return layers.stream().flatMapToLong(layer -> layer.next(index)).min();
    }

    void add(Output output) {
        log.add(output);
        logBytes += output.text().length();
        while (logBytes > LOG_BYTES && log.size() > 1) {
            long length = log.remove().text().length();
            logBytes -= length;
            logDroppedBytes += length;
            logDropped++;
        }
    }

    /**
     * What has ended from an index on, until the page is full.
     *
     * @param total how many items the job has, as far as known
     * @param over whether nothing ends any more: then what never got a result is passed over; otherwise the page stops
     *     at the first item that has not ended
     * @throws java.io.UncheckedIOException when they cannot be read back from disk
     */
    ToClient.Page page(long request, long from, OptionalLong total, boolean over) {
        List<Segment> segments = new ArrayList<>();
        List<ItemFailure> failed = new ArrayList<>();
        long next = from;
        long bytes = 0;
        boolean more = true;
        while (more && bytes < PAGE_BYTES && failed.size() < PAGE_FAILURES) {
            Optional<Piece> piece = at(next);
            if (piece.isPresent() && piece.get() instanceof Piece.Values values) {
                Segment segment = values.segment();
                segments.add(segment.slice(next, segment.to()));
                bytes += segment.size();
                next = segment.to();
            } else if (piece.isPresent() && piece.get() instanceof Piece.Failed failure) {
                failed.add(failure.failure());
                next++;
            } else {
                OptionalLong following = over ? next(next) : OptionalLong.empty();
                more = following.isPresent();
                next = following.orElse(next);
            }
        }
        boolean complete = (over && !more) || (total.isPresent() && next >= total.getAsLong());
        return new ToClient.Page(request, segments, failed, next, complete);
    }

    /** All of it, but for what is in those ranges, which are in order. */
    void tell(List<Range> except, Consumer<Segment> results, Consumer<ItemFailure> failures) {
        Intervals known = new Intervals();
        except.forEach(range -> known.add(range.from(), range.to()));
        boolean more = true;
        long from = 0;
        while (more) {
            ToClient.Page page = page(0, from, OptionalLong.empty(), true);
            for (Segment segment : page.results()) {
                known.gaps(segment.from(), segment.to())
                        .forEach(news -> results.accept(segment.slice(news.from(), news.to())));
            }
            page.failures().stream()
                    .filter(failure -> !known.contains(failure.index()))
                    .forEach(failures);
            from = page.next();
            more = !page.complete();
        }
    }

    /** What was printed, from a position on. */
    ToClient.Log log(long request, long from) {
        List<Output> printed = new ArrayList<>();
        long position = logDropped;
        for (Output output : log) {
            if (position++ >= from) {
                printed.add(output);
            }
        }
        return new ToClient.Log(request, printed, position, from < logDropped ? logDroppedBytes : 0);
    }
}
