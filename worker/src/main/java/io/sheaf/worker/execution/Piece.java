package io.sheaf.worker.execution;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.Source;
import java.util.List;
import java.util.Optional;

/**
 * Items of a lease that wait or run: neighbours in one segment, or in none when the source computes them.
 *
 * @param to the one after the last
 * @param repeated those of them whose first attempt this is not
 */
record Piece(LeaseId lease, JobId job, long from, long to, Optional<Segment> items, List<Repeated> repeated) {
    long count() {
        return to - from;
    }

    boolean contains(long index) {
        return from <= index && index < to;
    }

    Piece slice(long first, long after) {
        return new Piece(
                lease,
                job,
                first,
                after,
                items.map(segment -> segment.slice(first, after)),
                Repeated.within(repeated, first, after));
    }

    /** What it takes to send, nearly. */
    long bytes() {
        return items.map(Segment::size).orElse(8 * count());
    }

    /** As an executor gets it. */
    Segment segment(Source source) {
        return items.orElseGet(() -> {
            Source.Range range = (Source.Range) source;
            return Segment.ofLongs(from, Math.toIntExact(count()), range.first() + from);
        });
    }
}
