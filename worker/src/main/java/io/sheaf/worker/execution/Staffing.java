package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.job.CodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says which executors of a section to start and to end. An executor serves one bundle; each takes a place. */
final class Staffing {
    /** An executor that has work is not ended for other code before it has served so long: starting one costs CPU. */
    private static final long TURN_NANOS = 1_000_000_000;

    private final Section section;
    private final int places;
    private final long idleNanos;
    private final Yielding yielding;
    private final Holdings holdings;
    private final Map<CodeId, Long> lastStarted = new HashMap<>();

    Staffing(Section section, int places, long idleNanos, Yielding yielding, Holdings holdings) {
        this.section = section;
        this.places = places;
        this.idleNanos = idleNanos;
        this.yielding = yielding;
        this.holdings = holdings;
    }

    /** Starts and ends what can be started and ended now. */
    void adjust(long now) {
        Map<CodeId, Long> wanted = wanted();
        startMissing(wanted, now);
        makeRoom(wanted, now);
        endRetired();
    }

    private Collection<Slot> slots() {
        return holdings.slots(section);
    }

    /** Ends executors that had nothing to do for long. */
    void retireIdle(long now) {
        for (Slot slot : slots()) {
            if (slot.isIdle() && slot.serves() && slot.idleSince + idleNanos - now <= 0) {
                slot.retiring = true;
            }
        }
        endRetired();
    }

    long nextDeadline() {
        long deadline = Long.MAX_VALUE;
        for (Slot slot : slots()) {
            if (slot.isIdle() && slot.serves()) {
                deadline = Math.min(deadline, slot.idleSince + idleNanos);
            }
        }
        return deadline;
    }

    /**
     * How many executors more each bundle has work for: one for each item that waits, here or behind another in an
     * executor, less those that are idle or on their way up.
     */
    private Map<CodeId, Long> wanted() {
        Map<CodeId, Long> wanted = new HashMap<>();
        for (LocalJob job : holdings.jobs.values()) {
            if (job.hasWaiting(section) && !yielding.isShut(job)) {
                wanted.merge(job.bundle, job.waitingItems(section), Long::sum);
            }
        }
        Set<CodeId> served = new HashSet<>();
        for (Slot slot : slots()) {
            long comes = slot.retiring || slot.killed || !slot.isIdle() ? 0 : 1;
            wanted.merge(slot.bundleId, slot.spare() - comes, Long::sum);
            if (slot.serves()) {
                served.add(slot.bundleId);
            }
        }
        wanted.entrySet()
                .removeIf(entry -> entry.getValue() <= 0
                        || !holdings.bundles.mayStart(entry.getKey(), served.contains(entry.getKey())));
        return wanted;
    }

    private void startMissing(Map<CodeId, Long> wanted, long now) {
        boolean more = !wanted.isEmpty();
        while (more && slots().size() < yielding.processes()) {
            more = false;
            for (LocalJob job : inOrderOfNeed(wanted)) {
                if (hasPlaceFor(job) && wanted.getOrDefault(job.bundle, 0L) > 0) {
                    wanted.merge(job.bundle, -1L, Long::sum);
                    start(job, now);
                    more = true;
                }
            }
        }
    }

    private boolean hasPlaceFor(LocalJob job) {
        return slots().size() < places || (slots().size() < yielding.processes() && yielding.admits(job, null));
    }

    private void start(LocalJob job, long now) {
        long number = holdings.nextExecutor();
        Host host = job.runsCommands() ? new Host(number) : hostOf(job.bundle, number);
        Slot slot = new Slot(number, section, host, job.opened.code(), job.bundle);
        slot.idleSince = now;
        holdings.add(slot);
        lastStarted.put(job.bundle, slot.executor);
        int lanes = section == Section.IO ? places + Yielding.MOST : 1;
        holdings.command(new Command.Start(number, slot.host.number, slot.bundle, lanes, job.runsCommands()));
    }

    private Host hostOf(CodeId bundle, long number) {
        if (section != Section.IO) {
            return new Host(number);
        }
        return slots().stream()
                .filter(slot -> slot.bundleId.equals(bundle) && !slot.retiring && !slot.killed)
                .filter(slot -> !slot.host.isGone())
                .findFirst()
                .map(slot -> slot.host)
                .orElseGet(() -> new Host(number));
    }

    /** Higher priorities come first, then bundles that have no executor, then those that have not had a new one for longest. */
    private List<LocalJob> inOrderOfNeed(Map<CodeId, Long> wanted) {
        Set<CodeId> served = new HashSet<>();
        slots().forEach(slot -> served.add(slot.bundleId));
        lastStarted.keySet().removeIf(bundle -> !wanted.containsKey(bundle) && !served.contains(bundle));
        return holdings.jobs.values().stream()
                .filter(job -> wanted.getOrDefault(job.bundle, 0L) > 0 && job.mayRunIn(section))
                .sorted(Comparator.comparingInt(LocalJob::priority)
                        .reversed()
                        .thenComparing(job -> served.contains(job.bundle))
                        .thenComparing(job -> lastStarted.getOrDefault(job.bundle, 0L)))
                .toList();
    }

    /**
     * Idle executors of other code make room; so do those at work for lower priorities; and of others one at a time, for
     * code that has no executor at all.
     */
    private void makeRoom(Map<CodeId, Long> wanted, long now) {
        if (wanted.isEmpty() || slots().size() < places) {
            return;
        }
        Set<CodeId> without = new HashSet<>();
        // Beyond its places a worker keeps executors that it needed while tasks waited, as long as nobody else needs
        // room.
        long missing = Math.max(0, slots().size() - yielding.processes());
        for (Map.Entry<CodeId, Long> entry : wanted.entrySet()) {
            if (entry.getValue() > 0) {
                missing += entry.getValue();
                without.add(entry.getKey());
            }
        }
        for (Slot slot : slots()) {
            without.remove(slot.bundleId);
            missing -= slot.retiring || slot.killed ? 1 : 0;
        }
        for (Slot slot : slots()) {
            boolean isIdle = missing > 0 && slot.serves() && slot.isIdle();
            if (isIdle && wanted.getOrDefault(slot.bundleId, 0L) <= 0 && !comesBack(slot.bundleId)) {
                slot.retiring = true;
                missing--;
            }
        }
        giveWay(wanted);
        if (!without.isEmpty() && slots().stream().noneMatch(slot -> slot.retiring || slot.killed)) {
            slots().stream()
                    .filter(slot -> slot.ready && now - slot.readySince >= TURN_NANOS)
                    .min(Comparator.comparingLong(slot -> slot.readySince))
                    .ifPresent(this::retire);
        }
    }

    /** Whether what was taken back is about to come, for those who are idle: without them it would go where it came from. */
    private boolean comesBack(CodeId bundle) {
        for (Slot slot : slots()) {
            if (slot.isTakingBack() && slot.bundleId.equals(bundle)) {
                return true;
            }
        }
        return false;
    }

    private void giveWay(Map<CodeId, Long> wanted) {
        int highest = wanted.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .mapToInt(entry -> priority(entry.getKey()))
                .max()
                .orElse(Integer.MIN_VALUE);
        long missing = wanted.entrySet().stream()
                .filter(entry -> priority(entry.getKey()) == highest)
                .mapToLong(Map.Entry::getValue)
                .sum();
        long going =
                slots().stream().filter(slot -> slot.retiring || slot.killed).count();
        List<Slot> lower = slots().stream()
                .filter(slot -> slot.serves() && priority(slot.bundleId) < highest)
                .limit(Math.max(0, missing - going))
                .toList();
        lower.forEach(this::retire);
    }

    /** The highest priority of the jobs that have work for that code. */
    private int priority(CodeId bundle) {
        return holdings.jobs.values().stream()
                .filter(job -> job.bundle.equals(bundle)
                        && job.mayRunIn(section)
                        && (job.hasWaiting(section) || !job.isIdle()))
                .mapToInt(LocalJob::priority)
                .max()
                .orElse(Integer.MIN_VALUE);
    }

    private void retire(Slot slot) {
        slot.retiring = true;
        if (slot.spare() > 0) {
            holdings.takeBack(slot, slot.first());
        }
    }

    private void endRetired() {
        for (Slot slot : slots()) {
            if (slot.retiring && slot.isIdle() && !slot.toldToEnd) {
                slot.toldToEnd = true;
                holdings.tell(slot, new ToExecutor.End());
            }
        }
    }
}
