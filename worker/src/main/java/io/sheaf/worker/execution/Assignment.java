package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.job.CodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands waiting items to executors, in turns between jobs, and says which executors to start and to end. An executor
 * serves one bundle; each takes a slot.
 */
final class Assignment {
    /** An executor that has work is not ended for other code before it has served so long: starting one costs CPU. */
    private static final long TURN_NANOS = 1_000_000_000;

    private final int slots;
    private final Map<Long, Slot> running;
    private final Collection<LocalJob> jobs;
    private final Bundles bundles;
    private final List<Command> out;
    private final Map<CodeId, Long> lastStarted = new HashMap<>();
    private long executors;
    private long batches;
    private long turn;

    Assignment(int slots, Map<Long, Slot> running, Collection<LocalJob> jobs, Bundles bundles, List<Command> out) {
        this.slots = slots;
        this.running = running;
        this.jobs = jobs;
        this.bundles = bundles;
        this.out = out;
    }

    /** Hands out what can be handed out now. */
    void assign(long now) {
        feed();
        Map<CodeId, Long> wanted = wanted();
        startMissing(wanted, now);
        makeRoom(wanted, now);
        share();
        endRetired();
    }

    private void feed() {
        for (int depth = 1; depth <= Slot.BATCHES; depth++) {
            for (Slot slot : running.values()) {
                if (slot.takesMore() && slot.size() < depth) {
                    nextJob(slot.bundleId).ifPresent(job -> give(slot, job));
                }
            }
        }
    }

    /** Jobs take turns, so that a small one does not wait for a large one. */
    private Optional<LocalJob> nextJob(CodeId bundle) {
        List<LocalJob> ready = new ArrayList<>();
        for (LocalJob job : jobs) {
            if (job.hasWaiting() && job.bundle.equals(bundle)) {
                ready.add(job);
            }
        }
        return ready.isEmpty() ? Optional.empty() : Optional.of(ready.get((int) (turn++ % ready.size())));
    }

    private void give(Slot slot, LocalJob job) {
        if (slot.opened.put(job.id(), job) != job) {
            ToExecutor open =
                    new ToExecutor.Open(job.id(), job.opened.work(), job.opened.initializer(), job.opened.form());
            out.add(new Command.Tell(slot.executor, open));
        }
        Slot.Batch batch = new Slot.Batch(++batches, job.next(slots));
        slot.add(batch);
        ToExecutor.Batch message =
                new ToExecutor.Batch(batch.number, job.id(), batch.piece().segment(job.opened.source()));
        out.add(new Command.Tell(slot.executor, message));
    }

    /**
     * How many executors more each bundle has work for: one for each item that waits, here or behind another in an
     * executor, less those that are idle or on their way up.
     */
    private Map<CodeId, Long> wanted() {
        Map<CodeId, Long> wanted = new HashMap<>();
        for (LocalJob job : jobs) {
            if (job.hasWaiting()) {
                wanted.merge(job.bundle, job.waitingItems(), Long::sum);
            }
        }
        Set<CodeId> served = new HashSet<>();
        for (Slot slot : running.values()) {
            long comes = slot.retiring || slot.killed || !slot.isIdle() ? 0 : 1;
            wanted.merge(slot.bundleId, slot.spare() - comes, Long::sum);
            if (slot.serves()) {
                served.add(slot.bundleId);
            }
        }
        wanted.entrySet()
                .removeIf(entry ->
                        entry.getValue() <= 0 || !bundles.mayStart(entry.getKey(), served.contains(entry.getKey())));
        return wanted;
    }

    private void startMissing(Map<CodeId, Long> wanted, long now) {
        boolean more = true;
        while (more && running.size() < slots) {
            more = false;
            for (LocalJob job : inOrderOfNeed(wanted)) {
                if (running.size() < slots && wanted.getOrDefault(job.bundle, 0L) > 0) {
                    wanted.merge(job.bundle, -1L, Long::sum);
                    Slot slot = new Slot(++executors, job.opened.code(), job.bundle);
                    slot.idleSince = now;
                    running.put(slot.executor, slot);
                    lastStarted.put(job.bundle, slot.executor);
                    out.add(new Command.Start(slot.executor, slot.bundle));
                    more = true;
                }
            }
        }
    }

    /** Bundles that have no executor come first, then those that have not had a new one for longest. */
    private List<LocalJob> inOrderOfNeed(Map<CodeId, Long> wanted) {
        Set<CodeId> served = new HashSet<>();
        running.values().forEach(slot -> served.add(slot.bundleId));
        lastStarted.keySet().removeIf(bundle -> !wanted.containsKey(bundle) && !served.contains(bundle));
        return jobs.stream()
                .filter(job -> wanted.getOrDefault(job.bundle, 0L) > 0)
                .sorted(Comparator.comparing((LocalJob job) -> served.contains(job.bundle))
                        .thenComparing(job -> lastStarted.getOrDefault(job.bundle, 0L)))
                .toList();
    }

    /** Idle executors of other code make room; of those at work one at a time, for code that has no executor at all. */
    private void makeRoom(Map<CodeId, Long> wanted, long now) {
        if (running.size() < slots) {
            return;
        }
        Set<CodeId> without = new HashSet<>();
        long missing = 0;
        for (Map.Entry<CodeId, Long> entry : wanted.entrySet()) {
            if (entry.getValue() > 0) {
                missing += entry.getValue();
                without.add(entry.getKey());
            }
        }
        for (Slot slot : running.values()) {
            without.remove(slot.bundleId);
            missing -= slot.retiring || slot.killed ? 1 : 0;
        }
        for (Slot slot : running.values()) {
            if (missing > 0 && slot.serves() && slot.isIdle() && wanted.getOrDefault(slot.bundleId, 0L) <= 0) {
                slot.retiring = true;
                missing--;
            }
        }
        if (!without.isEmpty() && running.values().stream().noneMatch(slot -> slot.retiring || slot.killed)) {
            running.values().stream()
                    .filter(slot -> slot.ready && now - slot.readySince >= TURN_NANOS)
                    .min(Comparator.comparingLong(slot -> slot.readySince))
                    .ifPresent(this::retire);
        }
    }

    private void retire(Slot slot) {
        slot.retiring = true;
        if (slot.spare() > 0) {
            takeBack(slot);
        }
    }

    /** When nothing waits, an idle executor takes over what has not started of the one that has most. */
    private void share() {
        for (Slot idle : running.values()) {
            if (!idle.isIdle() || !idle.takesMore() || nextJob(idle.bundleId).isPresent()) {
                continue;
            }
            running.values().stream()
                    .filter(slot -> slot.bundleId.equals(idle.bundleId) && slot.spare() > 0)
                    .max(Comparator.comparingLong(Slot::spare))
                    .filter(slot -> !slot.takingBack)
                    .ifPresent(this::takeBack);
        }
    }

    private void takeBack(Slot slot) {
        slot.takingBack = true;
        out.add(new Command.Tell(slot.executor, new ToExecutor.TakeBack(slot.first().number)));
    }

    private void endRetired() {
        for (Slot slot : running.values()) {
            if (slot.retiring && slot.isIdle() && !slot.toldToEnd) {
                slot.toldToEnd = true;
                out.add(new Command.Tell(slot.executor, new ToExecutor.End()));
            }
        }
    }
}
