package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.Entry;
import io.sheaf.coordinator.journal.Journal;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.coordinator.spill.Piece;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeFile;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings back what earlier lives of the coordinator have written down. For one thread. */
final class Recovery implements Journal.Reader {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);
    /** A worker that was not cut off longer than one that is lost is waited for. */
    private static final long REUNION_NANOS = TimeUnit.SECONDS.toNanos(8);

    private static final int ENTRIES_AT_ONCE = 1_000;

    private final TaskScheduler scheduler;
    private final JobBook book;
    private final Runnable pause;
    private final Map<JobId, JobRecord> jobs = new LinkedHashMap<>();
    private final Set<JobId> submitted = new HashSet<>();
    private long entries;

    /** @param pause lets what goes on besides have its turn */
    Recovery(TaskScheduler scheduler, JobBook book, Runnable pause) {
        this.scheduler = scheduler;
        this.book = book;
        this.pause = pause;
    }

    /** To be called once, before anything else happens. */
    void run(CodeSupply code) {
        long start = System.nanoTime();
        scheduler.timePassed(start);
        Set<WorkerId> workers = book.chronicle.replay(this);
        jobs.values().stream()
                .sorted(Comparator.comparingLong(JobRecord::endedAt))
                .forEach(job -> resume(job, code));
        if (!jobs.isEmpty()) {
            scheduler.recovered(workers, System.nanoTime() + REUNION_NANOS);
            long open =
                    jobs.values().stream().filter(job -> !job.state().ended()).count();
            log.info(
                    "{} jobs are known from before, {} of them not ended ({} entries, {} ms)",
                    jobs.size(),
                    open,
                    entries,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }
    }

    @Override
    public void read(Entry.OfJob entry) {
        if (entry instanceof Entry.Opened opened) {
            JobRecord job = book.restore(opened);
            jobs.put(job.id, job);
            book.tasks.restore(job.id, opened.token());
        } else if (entry instanceof Entry.Happened happened) {
            happened(happened.fact(), happened.at(), happened.body().map(Body::new));
        } else {
            JobRecord job = jobs.get(entry.job());
            if (job == null) {
                throw new IllegalStateException(
                        "The journal speaks of job " + entry.job() + ", which it does not know");
            } else if (entry instanceof Entry.Reopened again) {
                job.again(Optional.of(again.spec().code()), job.rerun(again.onlyFailed()));
            } else if (entry instanceof Entry.Explained explained) {
                job.because(explained.reason());
            } else if (entry instanceof Entry.Printed printed) {
                job.kept.add(printed.output());
            }
        }
        if (++entries % ENTRIES_AT_ONCE == 0) {
            pause.run();
        }
    }

    @Override
    public void read(Entry.Happened entry, Journal.Elsewhere body) {
        Journal journal = book.chronicle.journal();
        happened(
                entry.fact(),
                entry.at(),
                Optional.of(new Body(body, () -> new Piece.Values(journal.body(body.number())))));
        entries++;
    }

    /** Items or results, here or elsewhere. */
    private record Body(@Nullable Segment segment, Journal.@Nullable Elsewhere place, Supplier<Piece> piece) {
        Body(Segment segment) {
            this(segment, null, () -> new Piece.Values(segment));
        }

        Body(Journal.Elsewhere place, Supplier<Piece> piece) {
            this(null, place, piece);
        }

        void into(ItemStore items) {
            if (segment != null) {
                items.add(segment);
            } else if (place != null) {
                items.add(place.from(), place.to(), place.size(), piece);
            }
        }

        void into(KeptResults results) {
            if (segment != null) {
                results.add(segment);
            } else if (place != null) {
                results.add(place.from(), place.to(), place.size(), piece);
            }
        }
    }

    private void happened(Fact fact, long at, Optional<Body> body) {
        JobRecord job = jobs.get(fact.job());
        if (job == null) {
            throw new IllegalStateException("The journal speaks of job " + fact.job() + ", which it does not know");
        }
        scheduler.replay(fact);
        if (fact instanceof Fact.Submitted first && submitted.add(job.id)) {
            job.goesOnFrom(first.headway());
        } else if (fact instanceof Fact.Arrived) {
            body.ifPresent(items -> items.into(job.items));
        } else if (fact instanceof Fact.InputEnded ended) {
            job.inputEnded(ended.total());
        } else if (fact instanceof Fact.Became became) {
            job.became(became.state(), at);
        } else {
            body.ifPresent(results -> results.into(job.kept));
            if (fact instanceof Fact.Failed failed) {
                job.kept.add(failed.failure());
            }
            job.heard(fact);
        }
    }

    private void resume(JobRecord job, CodeSupply code) {
        if (job.spec.live()) {
            book.orphans.add(job);
        }
        if (job.state().ended()) {
            book.tasks.over(job.id);
            book.archive.add(job);
            return;
        }
        book.pressure.again(job);
        missing(job.spec.code().files(), code)
                .ifPresent(file -> book.cannotRun(
                        job.id,
                        "The coordinator was started again and has lost the code that the job needs (" + file.name()
                                + "); submit it again"));
    }

    private static Optional<CodeFile> missing(List<CodeFile> files, CodeSupply code) {
        return files.stream()
                .filter(file -> {
                    try {
                        return !code.has(file);
                    } catch (IOException e) {
                        return true;
                    }
                })
                .findFirst();
    }
}
