package io.sheaf.worker.execution;

import io.sheaf.protocol.job.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A process, which one slot has for itself, or many share. */
final class Host {
    /** The number of its first executor. */
    final long number;
    /** How many items it was handed, of jobs for which that is limited. */
    private final Map<JobId, Long> handed = new HashMap<>();

    private int slots;
    private boolean hadWork;
    private boolean blamed;
    private boolean gone;
    private Optional<JobId> prepared = Optional.empty();

    Host(long number) {
        this.number = number;
    }

    void entered() {
        slots++;
    }

    void count(LocalJob job, long items) {
        if (job.itemsPerProcess() > 0) {
            handed.merge(job.id(), items, Long::sum);
        }
    }

    /** How many items of the job it may be handed before it is to be replaced. */
    long left(LocalJob job) {
        return job.itemsPerProcess() == 0 ? Long.MAX_VALUE : job.itemsPerProcess() - handed.getOrDefault(job.id(), 0L);
    }

    /**
     * The process has died, or one of its lanes has ended.
     *
     * @param worked whether the slot had work, or was to have some
     * @param hit whether an item is to blame
     * @param preparing what was done once for that job, when it died of that
     */
    void left(boolean worked, boolean hit, Optional<JobId> preparing) {
        slots--;
        hadWork |= worked;
        blamed |= hit;
        prepared = prepared.or(() -> preparing);
    }

    /** Whether nothing can come to share it any more. */
    boolean isGone() {
        return gone;
    }

    void goes() {
        gone = true;
    }

    /** Whether it is gone, and no item is to blame for that though there was work for it. */
    boolean diedInVain() {
        return slots == 0 && hadWork && !blamed;
    }

    /** The job that it died for before its first item. */
    Optional<JobId> prepared() {
        return prepared;
    }
}
