package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.Entry;
import io.sheaf.coordinator.journal.Journal;
import io.sheaf.coordinator.journal.JournalFullException;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what becomes of durable jobs before anybody acts on it, all of one step at once. While the journal's disk
 * is full, what is to be written waits here and is tried again. For one thread.
 */
final class Chronicle {
    private static final Logger log = LoggerFactory.getLogger(Chronicle.class);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Numbers of jobs that nobody writes down are set aside in advance. */
    private static final int NUMBERS_AT_ONCE = 100;

    private final Optional<Journal> journal;
    private final List<Entry> draft = new ArrayList<>();
    private Optional<String> trouble = Optional.empty();
    private long retryAt;
    private long numbers;
    private long setAside;

    Chronicle(Optional<Journal> journal) {
        this.journal = journal;
        this.numbers = journal.map(Journal::numbers).orElse(0L);
        this.setAside = numbers;
    }

    /** Whether anything is written down at all. */
    boolean keeps() {
        return journal.isPresent();
    }

    /** A number that no job has had, in whatever life. */
    JobId nextJob(boolean durable) {
        numbers++;
        if (numbers > setAside) {
            setAside = durable ? numbers : numbers + NUMBERS_AT_ONCE - 1;
            note(new Entry.Numbered(setAside));
        }
        return new JobId(numbers);
    }

    /** Whether the next number is known not to have been given away. */
    boolean hasNumbers() {
        return trouble.isEmpty() || numbers < setAside;
    }

    /** To be written at the end of this step. */
    void note(Entry entry) {
        if (keeps()) {
            draft.add(entry);
        }
    }

    /** Brings back what was written; gives the workers that were here. */
    Set<WorkerId> replay(Journal.Reader reader) {
        journal.ifPresent(known -> known.replay(reader));
        return journal.map(Journal::workers).orElse(Set.of());
    }

    /** The journal, by those who know that there is one. */
    Journal journal() {
        return journal.orElseThrow();
    }

    /**
     * Writes what was noted; returns whether nothing is left to be written, so that it may be acted upon.
     *
     * @throws io.sheaf.coordinator.journal.JournalException when the coordinator must not go on
     */
    boolean write(long now) {
        if (draft.isEmpty()) {
            return true;
        }
        if (trouble.isPresent() && retryAt - now > 0) {
            return false;
        }
        try {
            journal().append(draft);
            draft.clear();
            trouble.ifPresent(over -> log.info("There is room for the journal again"));
            trouble = Optional.empty();
            return true;
        } catch (JournalFullException e) {
            retryAt = now + RETRY_NANOS;
            if (trouble.isEmpty()) {
                String message = e.getMessage()
                        + ": free space there, or forget jobs (`sheaf job forget ID`); it then goes on by itself";
                log.warn("{}", message);
                trouble = Optional.of(message);
            }
            return false;
        }
    }

    /**
     * Removes all that was written of a job, at once: that is also how room is made.
     *
     * @throws JournalFullException when there is not even room for that
     */
    void forget(JobId job) {
        if (keeps()) {
            journal().append(List.of(new Entry.Forgotten(job)));
            retryAt = System.nanoTime();
        }
    }

    /** What it takes of the disk, in bytes, nearly. */
    long bytes() {
        return journal.map(Journal::bytes).orElse(0L);
    }

    void tidy() {
        journal.ifPresent(Journal::tidy);
    }

    /** Why nothing can be written, and what to do, while that is so. */
    Optional<String> trouble() {
        return trouble;
    }

    /** When to try again; empty: not needed. */
    OptionalLong nextTry() {
        return trouble.isPresent() ? OptionalLong.of(retryAt) : OptionalLong.empty();
    }

    /** Nothing is written any more. */
    void close() {
        journal.ifPresent(known -> {
            try {
                if (trouble.isEmpty() && setAside > numbers) {
                    known.append(List.of(new Entry.Numbered(numbers)));
                }
            } catch (RuntimeException e) {
                log.debug("Some numbers of jobs are left out", e);
            } finally {
                known.close();
            }
        });
    }
}
