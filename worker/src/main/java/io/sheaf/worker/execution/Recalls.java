package io.sheaf.worker.execution;

import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.job.JobId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives back unstarted items on demand: at once what waits here; what executors have only when they say that they have
 * not started it. Each demand is answered once, when nothing more can come of it.
 */
final class Recalls {
    /** An executor that does not answer for so long is not waited for: what it gives back later waits here again. */
    static final long PATIENCE_NANOS = 1_000_000_000;

    private final Holdings holdings;
    private final List<Open> open = new ArrayList<>();

    private static final class Open {
        final JobId job;
        /** For each executor that was asked, how many answers it will have given then. */
        final Map<Long, Long> awaited = new HashMap<>();

        long missing;
        long askedAt;
        boolean asked;

        Open(JobId job, long missing) {
            this.job = job;
            this.missing = missing;
        }
    }

    Recalls(Holdings holdings) {
        this.holdings = holdings;
    }

    /** Half of the job's items that have not started are to go. */
    void recall(JobId id) {
        LocalJob job = holdings.jobs.get(id);
        if (job == null) {
            holdings.report(new FromWorker.Recalled(id));
            return;
        }
        long inExecutors = holdings.slots.values().stream()
                .mapToLong(slot -> slot.spare(job))
                .sum();
        long half = (job.waitingItems() + inExecutors + 1) / 2;
        Open recall = new Open(id, half);
        for (Piece piece : job.removeLast(half)) {
            holdings.giveUp(piece);
            recall.missing -= piece.count();
        }
        open.add(recall);
        ask(job, recall);
    }

    private void ask(LocalJob job, Open recall) {
        long expected = 0;
        List<Slot> fullest = holdings.slots.values().stream()
                .filter(slot -> slot.spare(job) > 0)
                .sorted(Comparator.comparingLong((Slot slot) -> slot.spare(job)).reversed())
                .toList();
        for (Slot slot : fullest) {
            if (expected < recall.missing) {
                boolean lastWillDo = slot.last().owner == job && slot.last().open() >= recall.missing;
                holdings.takeBack(slot, lastWillDo && slot.size() > 1 ? slot.last() : slot.first());
                recall.awaited.put(slot.executor, slot.takeBacks);
                expected += slot.spare(job);
            }
        }
    }

    /** Items that were in an executor and have not started; returns those that nobody has asked for. */
    Piece offer(Piece piece) {
        Piece rest = piece;
        for (Open recall : open) {
            if (recall.job.equals(piece.job())) {
                long cut = Math.max(rest.from(), rest.to() - recall.missing);
                holdings.giveUp(rest.slice(cut, rest.to()));
                recall.missing -= rest.to() - cut;
                rest = rest.slice(rest.from(), cut);
            }
        }
        return rest;
    }

    /** Answers those of which nothing more can come. */
    void answer(long now) {
        open.removeIf(recall -> {
            recall.askedAt = recall.asked ? recall.askedAt : now;
            recall.asked = true;
            recall.awaited.entrySet().removeIf(entry -> hasAnswered(entry.getKey(), entry.getValue()));
            boolean inTime = now - recall.askedAt < PATIENCE_NANOS;
            boolean over = recall.missing == 0 || recall.awaited.isEmpty() || !inTime;
            if (over) {
                holdings.report(new FromWorker.Recalled(recall.job));
            }
            return over;
        });
    }

    long nextDeadline() {
        return open.stream()
                .filter(recall -> recall.asked)
                .mapToLong(recall -> recall.askedAt + PATIENCE_NANOS)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private boolean hasAnswered(long executor, long takeBacks) {
        Slot slot = holdings.slots.get(executor);
        return slot == null || slot.takeBacksAnswered >= takeBacks;
    }

    /** Whoever has asked does not wait for answers any more. */
    void forget() {
        open.clear();
    }
}
