package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.Entry;
import io.sheaf.coordinator.journal.Journal;
import io.sheaf.coordinator.journal.JournalException;
import io.sheaf.coordinator.journal.JournalFullException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A journal whose disk is what the test wants it to be. */
final class FakeJournal implements Journal {
    final List<Entry> written = new CopyOnWriteArrayList<>();
    volatile boolean full;
    volatile boolean broken;

    @Override
    public long epoch() {
        return Stage.EPOCH;
    }

    @Override
    public long numbers() {
        return 0;
    }

    @Override
    public Set<WorkerId> workers() {
        return Set.of();
    }

    @Override
    public void replay(Reader reader) {}

    @Override
    public void append(List<Entry> entries) {
        if (broken) {
            throw new JournalException("The journal cannot be written", null);
        }
        if (full) {
            throw new JournalFullException("There is no room for the journal", new IOException());
        }
        written.addAll(entries);
    }

    @Override
    public Segment body(long number) {
        throw new JournalException("Nothing is left there", null);
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void tidy() {}

    @Override
    public void close() {}
}
