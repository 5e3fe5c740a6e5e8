package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.Entry;
import io.sheaf.coordinator.scheduling.Reaction;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Bundle;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Nesting;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Source;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** All jobs that are known: keeps what the scheduler says became true, and tells those who want to know. For one thread. */
final class JobBook {

    final BackPressure pressure;
    final TaskSessions tasks = new TaskSessions();
    final Audience audience = new Audience();
    final Orphans orphans = new Orphans(this);
    final Archive archive;
    final Chronicle chronicle;
    private final TaskScheduler scheduler;
    private final Clock clock;
    private final Executor later;
    private final Map<JobId, JobRecord> jobs = new LinkedHashMap<>();
    private final Map<String, JobRecord> keys = new HashMap<>();
    private final Set<JobRecord> news = new LinkedHashSet<>();

    /**
     * Without jobs.
     *
     * @param later runs what it is given in the thread that uses this, soon
     */
    JobBook(TaskScheduler scheduler, Clock clock, BackPressure pressure, Executor later, Keeping keeping) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.pressure = pressure;
        this.later = later;
        this.chronicle = new Chronicle(keeping.journal());
        this.archive = new Archive(chronicle, keeping, this::forget);
    }

    /** The jobs that tasks of this one have started and that have not ended, oldest first. */
    List<JobRecord> openWithin(JobId outer) {
        return jobs.values().stream()
                .filter(job -> !job.state().ended() && job.parent.equals(Optional.of(outer)))
                .toList();
    }

    /** Milliseconds since 1970. */
    long now() {
        return clock.millis();
    }

    /** For how many milliseconds the job has been here. */
    long age(JobRecord job) {
        return clock.millis() - job.submittedAt;
    }

    /** Whether a job of that client would be written down. */
    boolean wouldBeDurable(JobSpec spec, ClientPort client) {
        return chronicle.keeps()
                && (!spec.live() || spec.durable())
                && tasks.jobOf(client).isEmpty();
    }

    JobRecord open(JobSpec spec, ClientPort client, Optional<String> key) {
        boolean durable = wouldBeDurable(spec, client);
        Optional<JobRecord> parent = tasks.jobOf(client).map(jobs::get);
        JobRecord job =
                new JobRecord(chronicle.nextJob(durable), spec, parent, clock.millis(), pressure.spill(), durable);
        enter(job, key);
        if (spec.live()) {
            audience.own(client, job);
        }
        if (durable) {
            chronicle.note(new Entry.Opened(job.id, key, tasks.tokenOf(job.id), job.spec, job.submittedAt));
        }
        return job;
    }

    private void enter(JobRecord job, Optional<String> key) {
        jobs.put(job.id, job);
        job.key = key;
        key.ifPresent(name -> keys.put(name, job));
    }

    /** A job of an earlier life. */
    JobRecord restore(Entry.Opened opened) {
        JobRecord job =
                new JobRecord(opened.job(), opened.spec(), Optional.empty(), opened.at(), pressure.spill(), true);
        enter(job, opened.key());
        return job;
    }

    /** The job that a client calls so. */
    Optional<JobRecord> keyed(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    private void forget(JobRecord job) {
        jobs.remove(job.id);
        job.key.ifPresent(name -> keys.remove(name, job));
        job.clear();
    }

    /** After the client was told that the job exists, so that nothing about it comes first. */
    void begin(JobRecord job, Headway headway) {
        job.goesOnFrom(headway);
        scheduler.submitted(job.id, job.spec.policy(), headway);
        pressure.begun(job);
        if (job.spec.source() instanceof Source.Range range) {
            inputEnded(job, range.count());
        }
    }

    /** What has no result of a job that has ended, and is not live, is run again, or of that only what has failed. */
    void again(JobRecord job, Optional<Bundle> code, boolean onlyFailed) {
        archive.remove(job);
        Headway headway = job.again(code, job.rerun(onlyFailed));
        if (job.durable) {
            chronicle.note(new Entry.Reopened(job.id, job.spec, onlyFailed));
        }
        long total = job.total().orElse(0);
        scheduler.submitted(job.id, job.spec.policy(), headway);
        pressure.again(job);
        scheduler.arrived(job.id, total, (long) (job.items.meanCost() * (total - headway.count())));
        scheduler.inputEnded(job.id, total);
        news.add(job);
    }

    boolean isDurable(JobId id) {
        JobRecord job = jobs.get(id);
        return job != null && job.durable;
    }

    @Nullable
    JobRecord find(JobId id) {
        return jobs.get(id);
    }

    Collection<JobRecord> all() {
        return jobs.values();
    }

    JobStatus status(JobRecord job) {
        return job.status(scheduler.overview().running(job.id));
    }

    void arrived(JobRecord job, Segment items) {
        if (!job.takesItems()) {
            return;
        }
        if (!pressure.admits(job, items)) {
            cannotRun(job.id, "Its client sent more items than it was given credit for");
            return;
        }
        if (items.from() < job.items.arrived() && job.durable) {
            // Its client does not know how much of it was here before the coordinator was started again.
            if (items.to() > job.items.arrived()) {
                arrive(job, items.slice(job.items.arrived(), items.to()));
            }
            return;
        }
        if (items.from() != job.items.arrived()) {
            cannotRun(job.id, "Items came out of order: " + items.from() + " after " + job.items.arrived());
            return;
        }
        arrive(job, items);
    }

    private void arrive(JobRecord job, Segment items) {
        job.items.add(items);
        if (job.durable) {
            job.arriving.add(items);
        }
        scheduler.arrived(job.id, items.to(), items.size());
    }

    void inputEnded(JobRecord job, long total) {
        if (!job.takesItems()) {
            return;
        }
        if (!job.isRange() && total != job.items.arrived()) {
            cannotRun(job.id, "Of " + total + " items " + job.items.arrived() + " came");
            return;
        }
        job.inputEnded(total);
        pressure.inputEnded(job);
        scheduler.inputEnded(job.id, total);
        news.add(job);
    }

    void cancel(JobRecord job, String reason) {
        if (scheduler.cancelled(job.id)) {
            job.because(reason);
            if (job.durable) {
                chronicle.note(new Entry.Explained(job.id, reason));
            }
        }
    }

    void cannotRun(JobId id, String reason) {
        scheduler.cannotGoOn(id, reason);
    }

    void clientGone(ClientPort client) {
        pressure.gone(client);
        tasks.left(client);
        audience.gone(client).forEach(job -> cancel(job, "its client is gone"));
        jobs.values().forEach(job -> job.watchers.remove(client));
    }

    void reported(JobId id, Segment results) {
        JobRecord job = jobs.get(id);
        if (job != null) {
            job.reported.add(results);
        }
    }

    /** Only who waits for the job understands it. */
    void said(ToClient.Said message) {
        JobRecord job = jobs.get(message.job());
        ClientPort owner = job == null ? null : audience.owner(job);
        if (owner != null) {
            owner.send(message);
        }
    }

    void printed(JobId id, Output output) {
        JobRecord job = jobs.get(id);
        if (job == null || job.state().ended()) {
            return;
        }
        ClientPort owner = audience.owner(job);
        if (owner != null) {
            if (pressure.admits(job, output)) {
                owner.send(new ToClient.Printed(id, output));
            }
        } else if (!job.spec.live()) {
            job.kept.add(output);
            if (job.durable) {
                chronicle.note(new Entry.Printed(id, output));
            }
        }
    }

    ToWorker opening(JobId id) {
        JobRecord job = known(id);
        JobSpec spec = job.spec;
        return new ToWorker.JobOpened(
                id,
                spec.work(),
                spec.initializer(),
                spec.source(),
                spec.code(),
                spec.form(),
                spec.policy(),
                new Nesting(tasks.tokenOf(id), job.depth));
    }

    /** The lease, as its worker is told of it. */
    List<ToWorker> granting(Reaction.Command.Grant grant) {
        JobRecord job = known(grant.job());
        if (job.isRange()) {
            return Grants.of(grant);
        }
        try {
            return Grants.of(grant, job.items.slice(grant.from(), grant.to()));
        } catch (UncheckedIOException e) {
            later.execute(() -> cannotRun(job.id, "Its items cannot be read back from disk: " + e.getMessage()));
            return List.of();
        }
    }

    /** What has become true, with what belongs to it; that of durable jobs is noted. */
    List<News> describe(List<Fact> facts) {
        List<News> all = new ArrayList<>();
        for (Fact fact : facts) {
            JobRecord job = known(fact.job());
            Optional<Segment> results = fact instanceof Fact.Completed completed
                    ? Optional.of(job.take(completed.from(), completed.to()))
                    : Optional.empty();
            all.add(new News(job, fact, results));
            if (job.durable) {
                Optional<Segment> body =
                        fact instanceof Fact.Arrived arrived ? job.takeArriving(arrived.upTo()) : results;
                chronicle.note(new Entry.Happened(fact, clock.millis(), body));
            }
        }
        return all;
    }

    /** Something is true from now on. */
    void keep(News told) {
        JobRecord job = told.job();
        ClientPort owner = audience.owner(job);
        boolean keeps = owner == null && (job.durable || !job.spec.live());
        told.results().ifPresent(results -> {
            if (owner != null) {
                owner.send(new ToClient.Results(job.id, results));
            } else if (keeps) {
                job.kept.add(results);
            }
        });
        if (told.fact() instanceof Fact.Failed failed) {
            if (owner != null) {
                owner.send(new ToClient.Failed(job.id, failed.failure()));
            } else if (keeps) {
                job.kept.add(failed.failure());
            }
        }
        if (told.fact() instanceof Fact.Became became) {
            became(job, became.state());
        } else if (job.heard(told.fact())) {
            news.add(job);
        }
    }

    private JobRecord known(JobId id) {
        return Optional.ofNullable(jobs.get(id))
                .orElseThrow(
                        () -> new IllegalStateException("The scheduler speaks of job " + id + ", which is unknown"));
    }

    /** Whether {@link #tellNews} has anything to tell. */
    boolean hasNews() {
        return !news.isEmpty();
    }

    /** Tells how jobs stand, to those who want to know. */
    void tellNews() {
        for (JobRecord job : news) {
            job.reported.clear();
            JobStatus status = status(job);
            audience.of(job).forEach(client -> client.send(new ToClient.Progress(status)));
        }
        news.clear();
    }

    private void became(JobRecord job, JobState state) {
        job.became(state, clock.millis());
        if (state.ended() || state == JobState.CANCELLING) {
            tasks.over(job.id);
        }
        if (!state.ended()) {
            news.add(job);
            return;
        }
        news.remove(job);
        pressure.ended(job);
        job.reported.clear();
        JobStatus status = status(job);
        audience.of(job).forEach(client -> client.send(new ToClient.Ended(status)));
        audience.over(job);
        if (job.durable && job.isInputOver() && !job.isRange()) {
            chronicle.note(new Entry.InputDropped(job.id));
        }
        archive.add(job);
    }
}
