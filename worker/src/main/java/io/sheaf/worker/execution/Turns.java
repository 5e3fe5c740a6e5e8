package io.sheaf.worker.execution;

import io.sheaf.protocol.job.CodeId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whose turn it is: strictly by priority; among equals the job that has had least of the slots relative to its weight.
 * The time that executors spend counts, not the number of items, so that long items win nothing.
 */
final class Turns {
    private static final Comparator<LocalJob> ORDER = Comparator.comparingInt(LocalJob::priority)
            .reversed()
            .thenComparingDouble(LocalJob::claim)
            .thenComparing(job -> !job.isIdle());

    private final Collection<LocalJob> jobs;

    Turns(Collection<LocalJob> jobs) {
        this.jobs = jobs;
    }

    /** The job whose item is to be the next in an executor of that bundle. */
    Optional<LocalJob> next(Section section, CodeId bundle) {
        return next(section, bundle, job -> true);
    }

    /** The same of those jobs that may begin something. */
    Optional<LocalJob> next(Section section, CodeId bundle, Predicate<LocalJob> which) {
        LocalJob best = null;
        for (LocalJob job : jobs) {
            if (job.hasWaiting(section)
                    && job.bundle.equals(bundle)
                    && (best == null || ORDER.compare(job, best) < 0)
                    && which.test(job)) {
                best = job;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Whether {@code job} must not wait behind what executors have of another: it is of a higher rank, or has nothing. */
    static boolean presses(LocalJob job, LocalJob other) {
        return job.priority() > other.priority()
                || (job != other && job.priority() == other.priority() && job.isIdle());
    }

    /** Whether the job's turn comes first once the other has so many items back. */
    static boolean goesBefore(LocalJob job, LocalJob other, long back) {
        return job.priority() > other.priority() || job.claim() < other.claimWithout(back);
    }

    /**
     * The job is about to have work after it had none. It starts where the others are: it neither catches up on the time
     * in which it wanted nothing, nor, when nobody competes, does anybody pay for what was free.
     */
    void begins(LocalJob job) {
        if (job.hasWaiting() || !job.isIdle()) {
            return;
        }
        List<LocalJob> equals = jobs.stream()
                .filter(other -> other.home == job.home && other.priority() == job.priority())
                .toList();
        equals.stream()
                .filter(other -> other.hasWaiting() || !other.isIdle())
                .mapToDouble(LocalJob::had)
                .min()
                .ifPresentOrElse(
                        least -> job.competeFrom(Math.max(job.claim(), least)),
                        () -> equals.forEach(other -> other.competeFrom(0)));
    }
}
