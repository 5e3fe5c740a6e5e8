package io.sheaf.coordinator.scheduling;

import io.sheaf.coordinator.scheduling.Reaction.Command;
import io.sheaf.coordinator.scheduling.Reaction.Fact;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Policy;
import java.util.List;
import java.util.Map;

/** How jobs end: by themselves, because they are cancelled, or because they cannot go on; and what is then stopped. */
final class Endings {
    /** After so many workers have said that they cannot run a job, no further one is tried. */
    private static final int REFUSALS = 3;

    private final Map<JobId, JobEntry> jobs;
    private final Placements placements;
    private final Outcome outcome;

    Endings(Map<JobId, JobEntry> jobs, Placements placements, Outcome outcome) {
        this.jobs = jobs;
        this.placements = placements;
        this.outcome = outcome;
    }

    /** An item has failed for good. */
    void fail(JobEntry job, ItemFailure failure) {
        outcome.add(job, new Fact.Failed(job.id, failure));
        job.pace.unmeasured(JobEntry.GUESSED_NANOS);
        long most = job.policy.attempts().maxFails();
        if (most != Policy.ANY && job.failed() > most && !job.isComplete()) {
            giveUp(job, "More than " + most + " items failed; the rest was cancelled");
        } else {
            endIfComplete(job);
        }
    }

    /** A worker cannot run the job; if no other could either, the job ends. */
    void refused(JobEntry job, WorkerEntry worker, String reason) {
        job.refusals.put(worker.id, reason);
        long able = placements.of(job).laneOf(job).workers().stream()
                .filter(other -> !job.refusals.containsKey(other.id))
                .count();
        if (job.refusals.size() >= REFUSALS || able == 0) {
            giveUp(job, reason);
        }
    }

    void giveUp(JobEntry job, String reason) {
        outcome.add(job, new Fact.GivenUp(job.id, reason));
        endEarly(job);
    }

    void endEarly(JobEntry job) {
        outcome.become(job, JobState.CANCELLING);
        stopEverywhere(job);
        concludeIfStopped(job);
    }

    /** A job that is to end early has ended when nothing of it runs. */
    void concludeIfStopped(JobEntry job) {
        if (job.stopping.isEmpty()) {
            outcome.become(job, job.endsAs());
            forget(job);
        }
    }

    void endIfComplete(JobEntry job) {
        if (!job.takesWork() || !job.isComplete()) {
            return;
        }
        if (job.state() == JobState.WAITING) {
            outcome.become(job, JobState.RUNNING);
        }
        outcome.become(job, job.failed() == 0 ? JobState.SUCCEEDED : JobState.FAILED);
        stopEverywhere(job);
        if (job.stopping.isEmpty()) {
            forget(job);
        }
    }

    /** Where something of the job may still run it is stopped, elsewhere forgotten. */
    private void stopEverywhere(JobEntry job) {
        placements.of(job).withdraw(job);
        for (WorkerEntry worker : List.copyOf(job.openedAt)) {
            if (worker.openOf(job) > 0) {
                job.stopping.add(worker);
                outcome.add(new Command.Stop(worker.id, job.id));
            } else {
                worker.close(job);
                job.openedAt.remove(worker);
                outcome.add(new Command.Close(worker.id, job.id));
            }
        }
    }

    /** Nothing of the job runs at the worker any more. */
    void confirmStopped(JobEntry job, WorkerEntry worker) {
        if (job.stopping.remove(worker) && job.stopping.isEmpty()) {
            if (job.state() == JobState.CANCELLING) {
                outcome.become(job, job.endsAs());
            }
            forget(job);
        }
    }

    private void forget(JobEntry job) {
        jobs.remove(job.id);
    }
}
