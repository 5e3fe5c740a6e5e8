package io.sheaf.worker.execution;

import io.sheaf.protocol.job.JobId;

/** A piece on its way through an executor: its items up to {@link #next} are accounted for. */
final class Batch {
    final long number;
    final LocalJob owner;
    Fate fate = Fate.WANTED;
    /** When it became the first of its executor. */
    long begun;

    private Piece piece;
    private long next;

    /** What becomes of a batch that an executor has. */
    enum Fate {
        /** All of it is reported, and what does not run here waits again. */
        WANTED,
        /** What runs is reported; what does not run here is somebody else's. */
        DROPPED,
        /** It was interrupted: nothing of it counts. */
        ABANDONED
    }

    Batch(long number, LocalJob owner, Piece piece) {
        this.number = number;
        this.owner = owner;
        this.piece = piece;
        this.next = piece.from();
        owner.handedOut(piece.count());
    }

    JobId job() {
        return piece.job();
    }

    Piece piece() {
        return piece;
    }

    /** The first item that is not accounted for. */
    long next() {
        return next;
    }

    /** How many items are not accounted for. */
    long open() {
        return piece.to() - next;
    }

    /** What is not accounted for. */
    Piece rest() {
        return piece.slice(next, piece.to());
    }

    boolean isWanted() {
        return fate == Fate.WANTED;
    }

    boolean isAbandoned() {
        return fate == Fate.ABANDONED;
    }

    /** All items before this one are accounted for. */
    void endedBefore(long index) {
        owner.accountedFor(index - next);
        next = index;
    }

    /** Cuts off and returns the items from this one on. */
    Piece cut(long from) {
        Piece back = piece.slice(from, piece.to());
        owner.accountedFor(back.count());
        piece = piece.slice(piece.from(), from);
        return back;
    }
}
