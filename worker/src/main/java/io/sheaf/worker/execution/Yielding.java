package io.sheaf.worker.execution;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for what they have started give their place to something deeper: to jobs that are nested in more others
 * than theirs is. So of each depth there are never more executors than places, and what was begun ends before the next is
 * begun: a job of many items that all wait does not fill the worker with waiting processes.
 */
final class Yielding {
    /** How many places given up are given to others, at most. */
    static final int MOST = 64;

    private final int places;
    private final Collection<Slot> slots;
    private long waiting;

    Yielding(int places, Collection<Slot> slots) {
        this.places = places;
        this.slots = slots;
    }

    /** How many executors there may be now. */
    long processes() {
        return waiting < MOST / 2 ? places + waiting : Math.max(places, Math.min(places + MOST, waiting + 1));
    }

    /** Counts those that wait, before anything is handed out: that changes nothing of it. */
    void look() {
        waiting = 0;
        for (Slot slot : slots) {
            waiting += slot.isWaiting() ? 1 : 0;
        }
    }

    /**
     * Whether an item of the job may begin now.
     *
     * @param after in this executor once it has ended what it does; null: in one that does nothing
     */
    boolean admits(LocalJob job, @Nullable Slot after) {
        if (waiting == 0 && slots.size() <= places) {
            return true;
        }
        if (waiting >= MOST / 2) {
            return isDeepest(job, after);
        }
        if (!fits(job.depth(), after, job.depth()) || !fits(job.depth(), after, Integer.MAX_VALUE)) {
            return false;
        }
        for (Slot slot : slots) {
            if (!slot.isIdle() && slot.depth() >= job.depth() && !fits(job.depth(), after, slot.depth())) {
                return false;
            }
        }
        return true;
    }

    /** When many wait one goes on at a time, the deepest: what is left of processes must suffice for its children. */
    private boolean isDeepest(LocalJob job, @Nullable Slot after) {
        return slots.stream()
                .filter(slot -> slot != after && !slot.isIdle())
                .allMatch(slot -> slot.isWaiting() && slot.depth() < job.depth());
    }

    /** Whether all that is not deeper than that, and the new item, have places of their own, or of what waits above them. */
    private boolean fits(int depth, @Nullable Slot after, int deepest) {
        long taken = 0;
        long given = 0;
        for (Slot slot : slots) {
            if (slot != after && !slot.isIdle()) {
                taken += slot.depth() <= deepest ? 1 : 0;
                given += slot.isWaiting() && slot.depth() < Math.max(depth, deepest) ? 1 : 0;
            }
        }
        return taken + 1 <= places + given;
    }

    /** Whether nothing of the job can begin before something that waits goes on, whatever else ends. */
    boolean isShut(LocalJob job) {
        return waiting > 0
                && slots.stream()
                        .filter(slot -> slot.isWaiting() && slot.depth() >= job.depth())
                        .anyMatch(slot -> waitingAt(slot.depth()) >= places);
    }

    private long waitingAt(int depth) {
        return slots.stream()
                .filter(slot -> slot.isWaiting() && slot.depth() == depth)
                .count();
    }
}
