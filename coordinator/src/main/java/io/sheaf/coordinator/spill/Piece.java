package io.sheaf.coordinator.spill;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;

/** Something that a job keeps under the indexes of its items. */
public sealed interface Piece {
    /** Items, or results, of neighbouring indexes. */
    record Values(Segment segment) implements Piece {}

    /**
     * The failure of one item.
     *
     * @param bytes what it takes in memory, nearly
     */
    record Failed(ItemFailure failure, long bytes) implements Piece {}

    /** The first index. */
    default long from() {
        return this instanceof Values values
                ? values.segment().from()
                : ((Failed) this).failure().index();
    }

    /** The index after the last. */
    default long to() {
        return this instanceof Values values ? values.segment().to() : from() + 1;
    }

    /** What it takes in memory, in bytes, nearly. */
    default long cost() {
        return this instanceof Values values ? values.segment().cost() : ((Failed) this).bytes();
    }
}
