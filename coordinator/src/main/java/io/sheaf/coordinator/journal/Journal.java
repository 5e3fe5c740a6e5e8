package io.sheaf.coordinator.journal;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.WorkerId;
import java.util.List;
import java.util.Set;

/** What outlives the coordinator's process. All methods throw {@link JournalException}. For one thread at a time. */
public interface Journal extends AutoCloseable {
    /** The number of this life of the coordinator: larger than that of every earlier one. */
    long epoch();

    /** The highest job number that an earlier life may have given away. */
    long numbers();

    /** The workers that were here when the last life ended. */
    Set<WorkerId> workers();

    /** Reads all that was written of jobs, in order. */
    void replay(Reader reader);

    /**
     * Writes all of these or none. What was written survives from then on.
     *
     * @throws JournalFullException when there is no room; nothing was written, and it may be tried again
     */
    void append(List<Entry> entries);

    /** A body that was left where it is when it was read back. */
    Segment body(long number);

    /** What it takes of its disk, in bytes, nearly. */
    long bytes();

    /** Gives back some of what is not needed any more; to be called now and then. Takes a few milliseconds. */
    void tidy();

    @Override
    void close();

    /** Is told what was written. */
    interface Reader {
        /** The next entry; complete. */
        void read(Entry.OfJob entry);

        /** The next entry, whose body is left where it is, since it is large. */
        void read(Entry.Happened entry, Elsewhere body);
    }

    /**
     * A body in the journal.
     *
     * @param number what to ask for it by
     * @param from the index of its first value
     * @param to the index after its last
     * @param size what it takes in memory, in bytes, nearly
     */
    record Elsewhere(long number, long from, long to, long size) {}
}
