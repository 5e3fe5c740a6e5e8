package io.sheaf.cli;

/** What the items of a job are called, by their index. Safe for use by many threads. */
interface ItemNames {
    /** The item as typed; its index where that is not known. */
    String name(long index);

    /** Which item of the source it is, from 1. */
    default long number(long index) {
        return index + 1;
    }

    /** It will not be asked for again. */
    void forget(long index);

    /** Results of so many items have come, with so many bytes, and wait to be written. */
    default void came(long count, long bytes) {}

    /** Results with so many bytes do not wait any more. */
    default void left(long bytes) {}
}
