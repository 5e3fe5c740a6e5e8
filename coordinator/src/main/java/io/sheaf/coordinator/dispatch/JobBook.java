package io.sheaf.coordinator.dispatch;

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
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.Source;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayDeque;
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
    private static final long LARGEST_GRANT = 64 << 20;
    private static final int ENDED_LIVE_JOBS = 1_000;
    private static final int ENDED_DETACHED_JOBS = 10_000;

    final BackPressure pressure;
    final TaskSessions tasks = new TaskSessions();
    private final TaskScheduler scheduler;
    private final Clock clock;
    private final Executor later;
    private final Map<JobId, JobRecord> jobs = new LinkedHashMap<>();
    private final Map<ClientPort, Set<JobRecord>> ownedBy = new HashMap<>();
    private final Map<JobRecord, ClientPort> owners = new HashMap<>();
    private final Set<JobRecord> news = new LinkedHashSet<>();
    private final ArrayDeque<JobId> endedLive = new ArrayDeque<>();
    private final ArrayDeque<JobId> endedDetached = new ArrayDeque<>();
    private long numbers;

    /**
     * Without jobs.
     *
     * @param later runs what it is given in the thread that uses this, soon
     */
    JobBook(TaskScheduler scheduler, Clock clock, BackPressure pressure, Executor later) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.pressure = pressure;
        this.later = later;
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

    JobRecord open(JobSpec spec, ClientPort client) {
        Optional<JobRecord> parent = tasks.jobOf(client).map(jobs::get);
        JobRecord job = new JobRecord(new JobId(++numbers), spec, parent, clock.millis(), pressure.spill());
        jobs.put(job.id, job);
        if (spec.live()) {
            owners.put(job, client);
            ownedBy.computeIfAbsent(client, key -> new LinkedHashSet<>()).add(job);
        }
        return job;
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

    /** What has no result of a job that has ended, and is not live, is run again. */
    void again(JobRecord job, Optional<Bundle> code) {
        endedDetached.remove(job.id);
        Headway headway = job.again(code);
        long total = job.total().orElse(0);
        scheduler.submitted(job.id, job.spec.policy(), headway);
        pressure.again(job);
        scheduler.arrived(job.id, total, (long) (job.items.meanCost() * (total - headway.count())));
        scheduler.inputEnded(job.id, total);
        news.add(job);
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
        if (items.from() != job.items.arrived()) {
            cannotRun(job.id, "Items came out of order: " + items.from() + " after " + job.items.arrived());
            return;
        }
        job.items.add(items);
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
        }
    }

    void cannotRun(JobId id, String reason) {
        scheduler.cannotGoOn(id, reason);
    }

    void clientGone(ClientPort client) {
        pressure.gone(client);
        tasks.left(client);
        Set<JobRecord> live = ownedBy.remove(client);
        if (live != null) {
            live.forEach(job -> {
                owners.remove(job);
                cancel(job, "its client is gone");
            });
        }
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
        ClientPort owner = job == null ? null : owners.get(job);
        if (owner != null) {
            owner.send(message);
        }
    }

    void printed(JobId id, Output output) {
        JobRecord job = jobs.get(id);
        if (job == null || job.state().ended()) {
            return;
        }
        ClientPort owner = owners.get(job);
        if (owner != null) {
            if (pressure.admits(job, output)) {
                owner.send(new ToClient.Printed(id, output));
            }
        } else if (!job.spec.live()) {
            job.kept.add(output);
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

    /** The lease, in as many messages as its items need: none may be too long to be sent. */
    List<ToWorker> granting(Reaction.Command.Grant grant) {
        JobRecord job = known(grant.job());
        if (job.isRange()) {
            return List.of(granted(grant, grant.from(), grant.to(), List.of()));
        }
        List<Segment> items;
        try {
            items = job.items.slice(grant.from(), grant.to());
        } catch (UncheckedIOException e) {
            later.execute(() -> cannotRun(job.id, "Its items cannot be read back from disk: " + e.getMessage()));
            return List.of();
        }
        List<ToWorker> messages = new ArrayList<>();
        List<Segment> part = new ArrayList<>();
        long bytes = 0;
        for (Segment segment : items) {
            if (bytes > 0 && bytes + segment.size() > LARGEST_GRANT) {
                messages.add(granted(grant, part));
                part = new ArrayList<>();
                bytes = 0;
            }
            part.add(segment);
            bytes += segment.size();
        }
        messages.add(granted(grant, part));
        return messages;
    }

    private static ToWorker granted(Reaction.Command.Grant grant, List<Segment> part) {
        long from = part.get(0).from();
        long to = part.get(part.size() - 1).to();
        return granted(grant, from, to, part);
    }

    private static ToWorker granted(Reaction.Command.Grant grant, long from, long to, List<Segment> items) {
        List<Repeated> repeated = Repeated.within(grant.repeated(), from, to);
        return new ToWorker.Granted(grant.lease(), grant.job(), from, to, items, repeated, grant.alone());
    }

    /** Something is true from now on. */
    void keep(Fact fact) {
        if (fact instanceof Fact.Completed completed) {
            JobRecord job = known(completed.job());
            Segment results = job.take(completed.from(), completed.to());
            job.completed(results);
            news.add(job);
            ClientPort owner = owners.get(job);
            if (owner != null) {
                owner.send(new ToClient.Results(job.id, results));
            } else if (!job.spec.live()) {
                job.kept.add(results);
            }
        } else if (fact instanceof Fact.Failed failed) {
            JobRecord job = known(failed.job());
            job.failed(failed.failure().index());
            news.add(job);
            ClientPort owner = owners.get(job);
            if (owner != null) {
                owner.send(new ToClient.Failed(job.id, failed.failure()));
            } else if (!job.spec.live()) {
                job.kept.add(failed.failure());
            }
        } else if (fact instanceof Fact.Requeued requeued) {
            JobRecord job = known(requeued.job());
            job.requeued(requeued.items());
            news.add(job);
        } else if (fact instanceof Fact.Retried retried) {
            JobRecord job = known(retried.job());
            job.retried();
            news.add(job);
        } else if (fact instanceof Fact.GivenUp given) {
            known(given.job()).because(given.reason());
        } else if (fact instanceof Fact.Became became) {
            became(known(became.job()), became);
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
            listeners(job).forEach(client -> client.send(new ToClient.Progress(status)));
        }
        news.clear();
    }

    private void became(JobRecord job, Fact.Became became) {
        job.became(became.state(), clock.millis());
        if (became.state().ended() || became.state() == JobState.CANCELLING) {
            tasks.over(job.id);
        }
        if (!became.state().ended()) {
            news.add(job);
            return;
        }
        news.remove(job);
        pressure.ended(job);
        job.reported.clear();
        JobStatus status = status(job);
        listeners(job).forEach(client -> client.send(new ToClient.Ended(status)));
        job.watchers.clear();
        ClientPort owner = owners.remove(job);
        if (owner != null) {
            Optional.ofNullable(ownedBy.get(owner)).ifPresent(live -> live.remove(job));
        }
        ArrayDeque<JobId> ended = job.spec.live() ? endedLive : endedDetached;
        ended.add(job.id);
        if (ended.size() > (job.spec.live() ? ENDED_LIVE_JOBS : ENDED_DETACHED_JOBS)) {
            Optional.ofNullable(jobs.remove(ended.remove())).ifPresent(JobRecord::clear);
        }
    }

    private Set<ClientPort> listeners(JobRecord job) {
        Set<ClientPort> all = new LinkedHashSet<>(job.watchers);
        ClientPort owner = owners.get(job);
        if (owner != null) {
            all.add(owner);
        }
        return all;
    }
}
