package io.sheaf.worker.execution;

import io.sheaf.protocol.job.LeaseId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Items of a job that wait here, in order. */
final class Backlog {
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private long items;

    long items() {
        return items;
    }

    void append(Piece piece) {
        if (piece.count() > 0) {
            pieces.addLast(piece);
            items += piece.count();
        }
    }

    /** Puts back what was handed out and not started, to be the next. */
    void putBack(Piece piece) {
        if (piece.count() > 0) {
            pieces.addFirst(piece);
            items += piece.count();
        }
    }

    List<Piece> pieces() {
        return List.copyOf(pieces);
    }

    /** What comes next; there is something. */
    Piece head() {
        return pieces.getFirst();
    }

    /** Takes out so many items of the head. */
    Piece next(long count) {
        Piece head = pieces.removeFirst();
        items -= count;
        if (count == head.count()) {
            return head;
        }
        pieces.addFirst(head.slice(head.from() + count, head.to()));
        return head.slice(head.from(), head.from() + count);
    }

    /** Takes out all pieces that are so. */
    List<Piece> remove(Predicate<Piece> which) {
        List<Piece> removed = new ArrayList<>();
        pieces.removeIf(piece -> which.test(piece) && removed.add(piece));
        removed.forEach(piece -> items -= piece.count());
        return removed;
    }

    /** Takes out at most so many items, those that would start last. */
    List<Piece> removeLast(long most) {
        List<Piece> removed = new ArrayList<>();
        long left = most;
        while (left > 0 && !pieces.isEmpty()) {
            Piece last = pieces.removeLast();
            long cut = Math.max(last.from(), last.to() - left);
            items -= last.count();
            append(last.slice(last.from(), cut));
            removed.add(last.slice(cut, last.to()));
            left -= last.to() - cut;
        }
        return removed;
    }

    /** Takes out one item, if it waits. */
    Optional<Piece> remove(LeaseId lease, long index) {
        List<Piece> around = remove(piece -> piece.lease().equals(lease) && piece.contains(index));
        for (Piece piece : around) {
            putBack(piece.slice(index + 1, piece.to()));
            putBack(piece.slice(piece.from(), index));
        }
        return around.stream().findFirst().map(piece -> piece.slice(index, index + 1));
    }
}
