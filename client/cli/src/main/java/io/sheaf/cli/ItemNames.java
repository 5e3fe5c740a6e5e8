package io.sheaf.cli;

/** What the items of a job are called, by their index. Safe for use by many threads. */
interface ItemNames {
    /** The item as typed; its index where that is not known. */
    String name(long index);

    /** It will not be asked for again. */
    void forget(long index);
}
