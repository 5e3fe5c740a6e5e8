package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.JournalFullException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs that have ended, until they are forgotten: for their number, their age, or the room that they take. */
final class Archive {
    private static final Logger log = LoggerFactory.getLogger(Archive.class);
    private static final int LIVE_JOBS = 1_000;
    private static final int DETACHED_JOBS = 10_000;
    /** At a time: each takes a while. */
    private static final int MOST_AT_ONCE = 20;

    private final Chronicle chronicle;
    private final Keeping keeping;
    private final Consumer<JobRecord> forget;
    private final Set<JobRecord> live = new LinkedHashSet<>();
    private final Set<JobRecord> detached = new LinkedHashSet<>();

    /**
     * Without jobs.
     *
     * @param forget told of jobs that nobody will ask for any more
     */
    Archive(Chronicle chronicle, Keeping keeping, Consumer<JobRecord> forget) {
        this.chronicle = chronicle;
        this.keeping = keeping;
        this.forget = forget;
    }

    /** A job has ended, after all that are here. */
    void add(JobRecord job) {
        Set<JobRecord> all = job.spec.live() ? live : detached;
        all.add(job);
        if (all.size() > (job.spec.live() ? LIVE_JOBS : DETACHED_JOBS)) {
            forgetIfPossible(all.iterator().next());
        }
    }

    /** It is run again. */
    void remove(JobRecord job) {
        live.remove(job);
        detached.remove(job);
    }

    /** @throws io.sheaf.coordinator.journal.JournalFullException when there is not even room for that */
    void forget(JobRecord job) {
        if (job.durable) {
            chronicle.forget(job.id);
        }
        remove(job);
        forget.accept(job);
    }

    private void forgetIfPossible(JobRecord job) {
        try {
            forget(job);
        } catch (JournalFullException e) {
            log.debug("Job {} stays, for lack of room to forget it", job.id, e);
        }
    }

    /** To be called now and then. */
    void tidy(long now) {
        ArrayDeque<JobRecord> old = new ArrayDeque<>();
        Stream.of(live, detached)
                .flatMap(Set::stream)
                .filter(job -> job.endedAt() < now - keeping.millis())
                .limit(MOST_AT_ONCE)
                .forEach(old::add);
        old.forEach(this::forgetIfPossible);
        Iterator<JobRecord> oldest = Stream.of(live, detached)
                .flatMap(Set::stream)
                .filter(job -> job.durable)
                .limit(MOST_AT_ONCE)
                .toList()
                .iterator();
        while (chronicle.bytes() > keeping.bytes() && oldest.hasNext()) {
            forgetIfPossible(oldest.next());
        }
        chronicle.tidy();
    }
}
