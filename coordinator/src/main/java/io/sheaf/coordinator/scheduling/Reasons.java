package io.sheaf.coordinator.scheduling;

import io.sheaf.Workload;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What jobs wait for, in words. */
final class Reasons {
    private static final int MOST_WORKERS = 20;

    private final Placements placements;

    Reasons(Placements placements) {
        this.placements = placements;
    }

    List<Reason> of(JobEntry job, long now) {
        if (!job.takesWork()) {
            return ofEnding(job, now);
        }
        List<Reason> reasons = new ArrayList<>();
        ofJob(job, now, reasons);
        if (job.unassigned() > 0) {
            ofWorkers(job, now, reasons);
        }
        ofLeased(job, now, reasons);
        return reasons;
    }

    private static List<Reason> ofEnding(JobEntry job, long now) {
        return job.state() == JobState.CANCELLING
                ? job.stopping.stream()
                        .map(worker -> reason(
                                worker.openOf(job),
                                worker,
                                "It has been told to stop what it runs; what does not end within its grace is killed.",
                                now - heardAt(job, worker)))
                        .toList()
                : List.of();
    }

    /** What holds up the job wherever it might run. */
    private void ofJob(JobEntry job, long now, List<Reason> reasons) {
        long waiting = job.unassigned();
        long since = now - job.lastGrant;
        if (job.delays().size() > 0) {
            double seconds = (job.delays().next().orElse(now) - now) / 1e9;
            String next = String.format(java.util.Locale.ROOT, "the next in %.1f s", Math.max(0, seconds));
            reasons.add(whole(job.delays().size(), "They threw and wait to be tried again, " + next + ".", since));
        }
        if (!job.inputEnded() && waiting == 0 && job.running() == 0) {
            reasons.add(whole(0, "Its client has not sent further items yet.", since));
        }
        if (waiting == 0) {
            return;
        }
        if (job.held) {
            reasons.add(whole(
                    waiting,
                    "The results that are there are not taken, or find no room in memory and on disk.",
                    since));
        }
        if (job.awaitsWorkers) {
            reasons.add(whole(
                    waiting,
                    "The coordinator was started again, and waits some seconds for workers that may still run them.",
                    since));
        }
        if (job.room() == 0) {
            int atOnce = job.policy.share().atOnce();
            reasons.add(whole(waiting, "At most " + atOnce + " of its items may run at a time.", since));
        }
        if (job.suspects() > 0) {
            reasons.add(whole(job.suspects(), "They have ended their process before, and run alone.", since));
        }
        if (placements.of(job).workers().isEmpty()) {
            reasons.add(whole(waiting, "No worker is here; start one with `sheaf worker --join HOST`.", since));
        } else if (placements.of(job).laneOf(job).workers().isEmpty()) {
            reasons.add(whole(
                    waiting,
                    "No worker has what each item needs: " + text(requires(job))
                            + "; start one with `sheaf worker --label ...`.",
                    now - job.since));
        } else if (placements.of(job).goesBehind(job)) {
            reasons.add(whole(waiting, "Jobs of a higher priority go first.", since));
        }
    }

    private void ofWorkers(JobEntry job, long now, List<Reason> reasons) {
        int told = 0;
        for (WorkerEntry worker : placements.of(job).workers()) {
            if (told++ < MOST_WORKERS) {
                ofWorker(job, worker, now, reasons);
            }
        }
    }

    private static void ofWorker(JobEntry job, WorkerEntry worker, long now, List<Reason> reasons) {
        long waiting = job.unassigned();
        long since = now - job.lastGrant;
        String refusal = job.refusals.get(worker.id);
        if (worker.leaving) {
            reasons.add(reason(waiting, worker, "It is leaving and takes nothing more.", since));
        } else if (refusal != null) {
            reasons.add(reason(waiting, worker, "It cannot run the job: " + refusal, since));
        } else if (!worker.offers.couldMeet(requires(job))) {
            String words = "It has " + offered(job, worker) + ", but each item needs " + text(requires(job)) + ".";
            reasons.add(reason(waiting, worker, words, now - job.since));
        } else if (worker.offers.room(requires(job)) == 0) {
            String words = "Of what each item needs it has " + free(job, worker) + " left; " + busy(worker) + ".";
            reasons.add(reason(waiting, worker, words, since));
        } else if (worker.slots == 0) {
            String words = worker.workload == Workload.IO
                    ? "It runs no items that wait: start it with --io-slots."
                    : "It runs no items.";
            reasons.add(reason(waiting, worker, words, now - job.since));
        } else if (!worker.hasIdleSlots()) {
            reasons.add(reason(waiting, worker, "Its slots are taken; " + busy(worker) + ".", since));
        }
    }

    /** What was handed out and has to wait for what runs before it. */
    private static void ofLeased(JobEntry job, long now, List<Reason> reasons) {
        for (WorkerEntry worker : job.openedAt) {
            long started = worker.current.stream()
                    .filter(item -> item.job().equals(job.id))
                    .count();
            long behind = worker.openOf(job) - Math.max(started, Math.min(worker.openOf(job), worker.slots));
            if (behind > 0 && reasons.size() < 2 * MOST_WORKERS) {
                reasons.add(
                        reason(behind, worker, "They are there and wait for its slots.", now - heardAt(job, worker)));
            }
        }
    }

    private static String busy(WorkerEntry worker) {
        Map<JobId, Long> items = worker.parts().entrySet().stream()
                .limit(5)
                .collect(Collectors.toMap(
                        entry -> entry.getKey().id, entry -> entry.getValue().open()));
        String jobs = items.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> "job " + entry.getKey() + " has " + entry.getValue()
                        + (entry.getValue() == 1 ? " item" : " items") + " there")
                .collect(Collectors.joining(", "));
        return jobs.isEmpty() ? "nothing runs there" : jobs;
    }

    private static List<Requirement> requires(JobEntry job) {
        return job.policy.share().requires();
    }

    private static String text(List<Requirement> requires) {
        return requires.stream().map(Requirement::toString).collect(Collectors.joining(", "));
    }

    private static String offered(JobEntry job, WorkerEntry worker) {
        return requires(job).stream()
                .map(one -> worker.offers.has(one.label()) == 0
                        ? "no " + one.label()
                        : new Requirement(one.label(), worker.offers.has(one.label())).toString())
                .collect(Collectors.joining(", "));
    }

    private static String free(JobEntry job, WorkerEntry worker) {
        return text(requires(job).stream()
                .map(one -> new Requirement(one.label(), worker.offers.free(one.label())))
                .toList());
    }

    private static long heardAt(JobEntry job, WorkerEntry worker) {
        WorkerEntry.Part part = worker.parts().get(job);
        return part == null ? job.lastGrant : part.heardAt();
    }

    private static Reason whole(long items, String words, long nanos) {
        return new Reason(items, "", words, nanos / 1_000_000);
    }

    private static Reason reason(long items, WorkerEntry worker, String words, long nanos) {
        return new Reason(items, worker.id.name(), words, nanos / 1_000_000);
    }
}
