package io.sheaf.coordinator.scheduling;

import io.sheaf.Workload;
import io.sheaf.protocol.item.Intervals.Range;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.RunningItem;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A worker, as far as it is for one kind of work, and what it has to do of it. */
final class WorkerEntry {
    /** With less than this to do on each slot, in measured work, a worker gets more. */
    static final double LOW_NANOS = 100e6;

    /** With so much on its way there and back a worker has enough, however soon it will have run all of it. */
    private static final double ENOUGH_BYTES = 16 << 20;

    private static final long BARREN_NANOS = 200_000_000;

    final WorkerId id;
    /** What kind of work this part of the worker is for. */
    final Workload workload;

    final int slots;
    final Offers offers;
    final Set<JobEntry> opened = new LinkedHashSet<>();

    boolean leaving;
    long completed;
    /** How many of its leases are of a suspect. */
    int suspects;
    /** What it said last of what it runs, and when. */
    List<RunningItem> current = List.of();

    long currentAt;
    private final Map<LeaseId, Lease> leases = new LinkedHashMap<>();
    private final Map<JobEntry, Part> parts = new LinkedHashMap<>();
    private final TreeMap<Integer, Integer> jobsByPriority = new TreeMap<>();
    private final Map<JobEntry, Double> paces = new HashMap<>();
    /** Jobs of which something was asked back that has not been answered, and how many items were here then. */
    private final Map<JobEntry, Long> recalling = new HashMap<>();
    /** Jobs of which nothing could be given back, and until when that is believed. */
    private final Map<JobEntry, Long> barren = new HashMap<>();

    private double speed = 1;
    private long open;

    /** What it has of one job: summed up, so that nobody has to go through the leases at each report. */
    static final class Part {
        private long open;
        private long heardAt;

        long open() {
            return open;
        }

        /** When something of it came or ended last. */
        long heardAt() {
            return heardAt;
        }
    }

    /** @param offers what it shares with the part for the other kind */
    WorkerEntry(WorkerInfo info, Workload workload, Offers offers) {
        this.id = info.id();
        this.workload = workload;
        this.slots = workload == Workload.IO ? info.ioSlots() : info.slots();
        this.offers = offers;
    }

    /** For how long an item has run by now that it said it runs, in nanoseconds. */
    long ranFor(RunningItem item, long now) {
        return item.millis() * 1_000_000 + now - currentAt;
    }

    @Nullable
    Lease lease(LeaseId lease) {
        return leases.get(lease);
    }

    List<Lease> leases() {
        return List.copyOf(leases.values());
    }

    List<Lease> leasesOf(JobEntry job) {
        return leases.values().stream().filter(lease -> lease.job == job).toList();
    }

    long openItems() {
        return open;
    }

    Map<JobEntry, Part> parts() {
        return parts;
    }

    long openOf(JobEntry job) {
        Part part = parts.get(job);
        return part == null ? 0 : part.open;
    }

    void take(Lease lease, long now) {
        leases.put(lease.id, lease);
        suspects += lease.suspect ? 1 : 0;
        count(lease.job, lease.open.size(), now);
    }

    /** These items are not this worker's any more; returns those of them that were. */
    List<Range> settle(Lease lease, Range items, long now) {
        List<Range> had = lease.open.within(items.from(), items.to());
        lease.open.remove(items.from(), items.to());
        count(lease.job, -had.stream().mapToLong(Range::count).sum(), now);
        if (lease.open.isEmpty() && leases.remove(lease.id) != null) {
            suspects -= lease.suspect ? 1 : 0;
        }
        return had;
    }

    /** It has nothing of the job any more; returns what it had. */
    List<Lease> dropAllOf(JobEntry job, long now) {
        List<Lease> dropped = leasesOf(job);
        for (Lease lease : dropped) {
            leases.remove(lease.id);
            suspects -= lease.suspect ? 1 : 0;
        }
        recalling.remove(job);
        count(job, -openOf(job), now);
        return dropped;
    }

    /** Nothing of the job will come again. */
    void close(JobEntry job) {
        opened.remove(job);
        paces.remove(job);
        barren.remove(job);
    }

    private void count(JobEntry job, long more, long now) {
        if (more == 0) {
            return;
        }
        open += more;
        offers.take(job.policy.share().requires(), more);
        int priority = job.policy.share().priority();
        Part part = parts.computeIfAbsent(job, key -> {
            jobsByPriority.merge(priority, 1, Integer::sum);
            return new Part();
        });
        part.open += more;
        part.heardAt = now;
        if (part.open == 0) {
            parts.remove(job);
            if (jobsByPriority.merge(priority, -1, Integer::sum) == 0) {
                jobsByPriority.remove(priority);
            }
        }
    }

    /** Items of the job ran here for so long, together. */
    void measured(JobEntry job, long items, long nanos) {
        if (items <= 0) {
            return;
        }
        double each = Math.max(1, (double) nanos / items);
        double pace = paces.merge(job, each, (old, now) -> old + 0.2 * (now - old));
        double ratio = Math.min(10, Math.max(0.1, job.nanosPerItem() / pace));
        speed += 0.05 * (ratio - speed);
    }

    /** How fast it is beside the others; 1: like the average. */
    double speed() {
        return speed;
    }

    /** What an item of the job takes here. */
    double nanosPerItem(JobEntry job) {
        Double pace = paces.get(job);
        return pace == null ? job.nanosPerItem() : pace;
    }

    /** Whether it could start an item at once. */
    boolean hasIdleSlots() {
        return !leaving && open < slots;
    }

    /** Whether it would soon run dry. */
    boolean wantsMore() {
        if (leaving || slots == 0) {
            return false;
        }
        double nanos = 0;
        double bytes = 0;
        for (Map.Entry<JobEntry, Part> part : parts.entrySet()) {
            nanos += part.getValue().open * nanosPerItem(part.getKey());
            bytes += part.getValue().open * part.getKey().bytesPerItem();
            if (nanos >= LOW_NANOS * slots || bytes >= ENOUGH_BYTES) {
                return open < slots;
            }
        }
        return true;
    }

    /** Whether an item of the job may be brought here now; room in its slots is another matter. */
    boolean admits(JobEntry job) {
        return !leaving
                && !job.refusals.containsKey(id)
                && offers.room(job.policy.share().requires()) > 0
                && (job.hasInnocent() || mayTake(job.nextSuspect(), job));
    }

    /** Whether it may take a suspect: what is suspected of losing workers runs with no other of its kind. */
    boolean mayTake(@Nullable Long suspect, JobEntry job) {
        if (suspect == null) {
            return false;
        }
        Troubles.History history = job.troubles.of(suspect);
        return suspects == 0 || history == null || !history.isSuspect();
    }

    /** Whether fewer jobs than that have items here which go before or beside those of such a priority. */
    boolean hasFewerAhead(int priority, int most) {
        int ahead = 0;
        for (int jobs : jobsByPriority.tailMap(priority, true).values()) {
            ahead += jobs;
        }
        return ahead < most;
    }

    /** Something of the job is asked back. */
    void recalls(JobEntry job) {
        recalling.put(job, openOf(job));
    }

    /** All was given back that could be. Who had nothing to give is not asked again for a while. */
    void recalled(JobEntry job, long now) {
        Long before = recalling.remove(job);
        if (before != null && before == openOf(job)) {
            barren.put(job, now + BARREN_NANOS);
        }
    }

    /** Whether something of the job could be asked back now. */
    boolean mayRecall(JobEntry job, long now) {
        return !recalling.containsKey(job) && barren.getOrDefault(job, now) - now <= 0;
    }
}
