package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What becomes of items whose attempt came to nothing. Only what an item has done itself is held against it: what it
 * threw, and the processes that ended while it ran.
 */
final class Attempts {
    /** An item that ended so many processes is given up. */
    static final int DEATHS = 3;

    private static final double LONGEST_BACKOFF_NANOS = 300e9;

    private final Placements placements;
    private final Outcome outcome;
    private final Endings endings;
    private final Set<JobEntry> delaying = new LinkedHashSet<>();

    Attempts(Placements placements, Outcome outcome, Endings endings) {
        this.placements = placements;
        this.outcome = outcome;
        this.endings = endings;
    }

    /** Items wait again; those that have ended do not. */
    void giveBack(JobEntry job, List<Range> items, boolean becauseOfDeath) {
        long count = items.stream().mapToLong(job::giveBack).sum();
        if (count > 0 && becauseOfDeath) {
            outcome.add(job, new Fact.Requeued(job.id, count));
        }
        placements.offer(job);
    }

    /**
     * An item that has not ended failed. It is run again if it threw, or its command failed, and may be.
     *
     * @param isOurs whether it was counted as running where it failed; otherwise this may have been said before, and
     *     would be held against it twice
     */
    void failed(JobEntry job, WorkerId by, LeaseId lease, ItemFailure failure, boolean isOurs, long now) {
        if (!isOurs && job.policy.attempts().retries() > 0) {
            return;
        }
        long index = failure.index();
        Troubles.History history = job.troubles.of(index);
        int threw = history == null ? 0 : history.threw();
        boolean again = (failure.failure() instanceof Failure.Threw || failure.failure() instanceof Failure.Exited)
                && threw < job.policy.attempts().retries();
        if (!again) {
            int attempts = 1 + (history == null ? 0 : history.attempts());
            endings.fail(job, new ItemFailure(index, attempts, by, failure.failure(), failure.nanos()));
        } else {
            outcome.add(
                    job,
                    new Fact.Retried(job.id, index, lease, by, failure.failure().headline()));
            job.pace.unmeasured(JobEntry.GUESSED_NANOS);
            job.delay(index, now + backoff(job, threw));
            delaying.add(job);
        }
        placements.offer(job);
    }

    private static long backoff(JobEntry job, int before) {
        double nanos = job.policy.attempts().backoffMillis() * 1e6 * Math.pow(2, before);
        return (long) Math.min(LONGEST_BACKOFF_NANOS, nanos);
    }

    /** An item has ended its process; it runs alone from now on, or never again. */
    void died(JobEntry job, long index, LeaseId lease, DeathReport report, long nanos, List<Range> had) {
        outcome.add(job, new Fact.Died(job.id, index, lease, report));
        if (!giveUpIfPoisonous(job, index, report.worker(), nanos)) {
            giveBack(job, had, true);
        } else {
            placements.offer(job);
        }
    }

    /** An item was running at a worker that was lost. */
    void wasThere(JobEntry job, long index, DeathReport how, long nanos) {
        if (!job.hasEnded(index)) {
            outcome.add(job, new Fact.WasThere(job.id, index, how));
            giveUpIfPoisonous(job, index, how.worker(), nanos);
        }
    }

    private boolean giveUpIfPoisonous(JobEntry job, long index, WorkerId by, long nanos) {
        Troubles.History history = job.troubles.of(index);
        if (history == null || history.deaths().size() < DEATHS) {
            return false;
        }
        Failure lost = new Failure.Lost(history.deaths());
        endings.fail(job, new ItemFailure(index, history.attempts(), by, lost, nanos));
        return true;
    }

    /** The item is not wanted any more. */
    void cancelled(JobEntry job, long index) {
        if (!job.isThere(index)) {
            return;
        }
        for (WorkerEntry worker : job.openedAt) {
            for (Lease lease : worker.leasesOf(job)) {
                if (lease.open.contains(index)) {
                    outcome.add(new Command.StopItem(worker.id, job.id, lease.id, index));
                }
            }
        }
        job.doubled.remove(index);
        endings.fail(job, new ItemFailure(index, 0, new WorkerId(""), new Failure.Cancelled()));
        placements.offer(job);
    }

    /** Retries whose time has come wait like all others. */
    void endDelays(long now) {
        delaying.removeIf(job -> {
            if (job.takesWork()) {
                job.endDelays(now);
                placements.offer(job);
            }
            return !job.takesWork() || job.delays().size() == 0;
        });
    }

    /** When the next retry is due. */
    OptionalLong next() {
        return delaying.stream()
                .flatMapToLong(job -> job.delays().next().stream())
                .min();
    }
}
