package io.sheaf.coordinator.scheduling;

import io.sheaf.Workload;
import io.sheaf.protocol.job.Attempt;
import io.sheaf.protocol.job.ItemStory;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.RunningItem;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How things stand, and why. Changes nothing. */
public final class Overview {
    private static final int MOST_STORIES = 100;

    private final Map<JobId, JobEntry> jobs;
    private final Placements placements;
    private final Reasons reasons;
    private long now;

    Overview(Map<JobId, JobEntry> jobs, Placements placements) {
        this.jobs = jobs;
        this.placements = placements;
        this.reasons = new Reasons(placements);
    }

    void timePassed(long to) {
        now = to;
    }

    /** How many items of that kind run at once. */
    public int slots(Workload workload) {
        return placements.of(workload).slots();
    }

    /** How many items of a job are handed out and have not ended; 0 for one that is not known. */
    public long running(JobId id) {
        JobEntry job = jobs.get(id);
        return job == null ? 0 : job.running();
    }

    /** How many slots' worth of items that compute a worker has, and how many items it has completed. */
    public Load load(WorkerId id) {
        int busy = 0;
        long completed = 0;
        for (WorkerEntry worker : placements.worker(id)) {
            completed += worker.completed;
            busy += worker.workload == Workload.CPU ? (int) Math.min(worker.slots, worker.openItems()) : 0;
        }
        return new Load(busy, completed);
    }

    /** Whether something of the job may still be on its way, or run. */
    public boolean isHere(JobId id) {
        return jobs.containsKey(id);
    }

    /** Whether a worker has said that it is leaving. */
    public boolean isLeaving(WorkerId id) {
        return placements.worker(id).stream().anyMatch(worker -> worker.leaving);
    }

    /** What a job waits for; empty when nothing of it waits, or it is not known any more. */
    public List<Reason> reasons(JobId id) {
        JobEntry job = jobs.get(id);
        return job == null ? List.of() : reasons.of(job, now);
    }

    /** What became of an item so far; an item that has ended has no story here. */
    public ItemStory story(JobId id, long index) {
        JobEntry job = jobs.get(id);
        return job == null ? new ItemStory(index, "it has ended", List.of()) : story(job, index);
    }

    /** What became of the items that had trouble and have not ended; at most 100. */
    public List<ItemStory> stories(JobId id) {
        JobEntry job = jobs.get(id);
        return job == null
                ? List.of()
                : job.troubles.all().keySet().stream()
                        .limit(MOST_STORIES)
                        .map(index -> story(job, index))
                        .toList();
    }

    private ItemStory story(JobEntry job, long index) {
        Troubles.History history = job.troubles.of(index);
        List<Attempt> attempts = new ArrayList<>();
        if (history != null) {
            for (Troubles.Trouble trouble : history.all()) {
                attempts.add(new Attempt(
                        trouble.worker(), (now - trouble.at()) / 1_000_000, trouble.cause(), trouble.counted()));
            }
        }
        return new ItemStory(index, whereabouts(job, index), attempts);
    }

    private String whereabouts(JobEntry job, long index) {
        if (job.hasEnded(index)) {
            return "it has ended";
        }
        for (WorkerEntry worker : job.openedAt) {
            for (RunningItem item : worker.current) {
                if (item.job().equals(job.id) && item.index() == index) {
                    long millis = worker.ranFor(item, now) / 1_000_000;
                    return "it runs at " + worker.id + ", for " + millis / 1000.0 + " s" + progress(item) + waits(item);
                }
            }
            if (worker.leasesOf(job).stream().anyMatch(lease -> lease.open.contains(index))) {
                return "it is at " + worker.id + " and has not started, or only just";
            }
        }
        return job.whereabouts(index);
    }

    /** The workers that have the item; none when it waits or has ended. */
    public List<WorkerId> holders(JobId id, long index) {
        JobEntry job = jobs.get(id);
        return job == null
                ? List.of()
                : leasesOf(job).stream()
                        .filter(lease -> lease.open.contains(index))
                        .map(lease -> lease.worker.id)
                        .toList();
    }

    /** Jobs that take work and of which more is kept than what waits, and is at workers, calls for; never any. */
    public List<JobId> untidy() {
        return jobs.values().stream()
                .filter(job -> job.takesWork() && !job.isTidy(leasesOf(job)))
                .map(job -> job.id)
                .toList();
    }

    private static List<Lease> leasesOf(JobEntry job) {
        return job.openedAt.stream()
                .flatMap(worker -> worker.leasesOf(job).stream())
                .toList();
    }

    private static String progress(RunningItem item) {
        return item.permille().isPresent()
                ? ", and says that it is " + item.permille().getAsInt() / 10 + " % done"
                : "";
    }

    private static String waits(RunningItem item) {
        return item.waits() ? ", and waits for what it has started; meanwhile its slot is free for that" : "";
    }

    /** What must be the same in a scheduler that hears all facts again: jobs that have not ended, as text. */
    public Map<JobId, String> durableState() {
        Map<JobId, String> state = new TreeMap<>();
        jobs.values().stream()
                .filter(job -> !job.state().ended())
                .forEach(job -> state.put(job.id, job.durableState()));
        return state;
    }
}
