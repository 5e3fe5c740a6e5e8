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
    private final int slots;
    private final Map<Long, Slot> running;
    private final Collection<LocalJob> jobs;
    private final Set<CodeId> runnable;
    private final List<Command> out;
    private long executors;
    private long batches;
    private long turn;

    Assignment(int slots, Map<Long, Slot> running, Collection<LocalJob> jobs, Set<CodeId> runnable, List<Command> out) {
        this.slots = slots;
        this.running = running;
        this.jobs = jobs;
        this.runnable = runnable;
        this.out = out;
    }

    /** Hands out what can be handed out now. */
    void assign(long now) {
        feed();
        startMissing(now);
        makeRoom();
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
        if (slot.opened.add(job.id())) {
            ToExecutor open = new ToExecutor.Open(job.id(), job.opened.work(), job.opened.form());
            out.add(new Command.Tell(slot.executor, open));
        }
        Slot.Batch batch = new Slot.Batch(++batches, job.next(slots));
        slot.add(batch);
        ToExecutor.Batch message =
                new ToExecutor.Batch(batch.number, job.id(), batch.piece().segment(job.opened.source()));
        out.add(new Command.Tell(slot.executor, message));
    }

    /** One executor more for each item that waits beyond what those on their way up will take. */
    private void startMissing(long now) {
        Map<CodeId, Long> wanted = waitingByBundle();
        for (Slot slot : running.values()) {
            if (!slot.ready && !slot.retiring) {
                wanted.merge(slot.bundleId, -1L, Long::sum);
            }
        }
        boolean more = true;
        while (more && running.size() < slots) {
            more = false;
            for (LocalJob job : jobs) {
                if (running.size() < slots && wanted.getOrDefault(job.bundle, 0L) > 0) {
                    wanted.merge(job.bundle, -1L, Long::sum);
                    Slot slot = new Slot(++executors, job.opened.code(), job.bundle);
                    slot.idleSince = now;
                    running.put(slot.executor, slot);
                    out.add(new Command.Start(slot.executor, slot.bundle));
                    more = true;
                }
            }
        }
    }

    private Map<CodeId, Long> waitingByBundle() {
        Map<CodeId, Long> waiting = new HashMap<>();
        for (LocalJob job : jobs) {
            if (job.hasWaiting() && runnable.contains(job.bundle)) {
                waiting.merge(job.bundle, job.waitingItems(), Long::sum);
            }
        }
        return waiting;
    }

    /** Work whose bundle has no executor at all gets the next slot that comes free. */
    private void makeRoom() {
        Set<CodeId> without = new HashSet<>(waitingByBundle().keySet());
        boolean onItsWay = false;
        for (Slot slot : running.values()) {
            without.remove(slot.bundleId);
            onItsWay |= slot.retiring;
        }
        if (without.isEmpty() || running.size() < slots || onItsWay) {
            return;
        }
        running.values().stream().min(Comparator.comparingInt(Slot::size)).ifPresent(slot -> slot.retiring = true);
    }

    /** When nothing waits, an idle executor takes over what has not started of the one that has most. */
    private void share() {
        for (Slot idle : running.values()) {
            if (!idle.isIdle() || !idle.takesMore() || nextJob(idle.bundleId).isPresent()) {
                continue;
            }
            Optional<Slot> busiest = running.values().stream()
                    .filter(slot -> slot.bundleId.equals(idle.bundleId) && slot.unaccounted() > 1)
                    .max(Comparator.comparingLong(Slot::unaccounted));
            if (busiest.isPresent() && !busiest.get().takingBack) {
                Slot slot = busiest.get();
                slot.takingBack = true;
                out.add(new Command.Tell(slot.executor, new ToExecutor.TakeBack(slot.first().number)));
            }
        }
    }

    private void endRetired() {
        for (Slot slot : running.values()) {
            if (slot.retiring && slot.isIdle() && !slot.told) {
                slot.told = true;
                out.add(new Command.Tell(slot.executor, new ToExecutor.End()));
            }
        }
    }
}
