package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The deciding part of a worker. Each stimulus changes the state and adds commands; {@link #decide} hands out what can be
 * handed out and returns the commands since the last call, in order. Times are nanoseconds of any one clock.
 */
public final class Execution {
    private final WorkerId self;
    private final long graceNanos;
    private final long idleNanos;
    private final Map<JobId, LocalJob> jobs = new LinkedHashMap<>();
    private final Map<Long, Slot> slots = new LinkedHashMap<>();
    private final Bundles bundles = new Bundles();
    /** Jobs whose end here is to be reported. */
    private final Set<JobId> stopping = new LinkedHashSet<>();

    private final List<Command> out = new ArrayList<>();
    private final Assignment assignment;
    private boolean leaving;

    /**
     * What may differ between workers.
     *
     * @param slots how many items run at once
     * @param graceNanos how long an interrupted item has before its executor is killed
     * @param idleNanos how long an idle executor is kept
     */
    public record Limits(int slots, long graceNanos, long idleNanos) {}

    /** A worker without work. */
    public Execution(WorkerId self, Limits limits) {
        this.self = self;
        this.graceNanos = limits.graceNanos;
        this.idleNanos = limits.idleNanos;
        this.assignment = new Assignment(limits.slots, slots, jobs.values(), bundles, out);
    }

    /** Decides what to do after the stimuli since the last call. */
    public List<Command> decide(long now) {
        confirmStopped();
        closeForgotten();
        retireIdle(now);
        if (!leaving) {
            assignment.assign(now);
        }
        killOverdue(now);
        List<Command> commands = List.copyOf(out);
        out.clear();
        return commands;
    }

    /** When to call {@link #decide} next though nothing has happened; empty: not needed. */
    public OptionalLong nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Slot slot : slots.values()) {
            if (slot.doomed && !slot.killed) {
                next = Math.min(next, slot.killAt);
            } else if (slot.isIdle() && slot.serves()) {
                next = Math.min(next, slot.idleSince + idleNanos);
            }
        }
        return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
    }

    /** A job that leases will follow of. */
    public void opened(ToWorker.JobOpened job) {
        if (jobs.containsKey(job.job())) {
            return;
        }
        LocalJob local = new LocalJob(job);
        jobs.put(job.job(), local);
        if (bundles.ask(local.bundle)) {
            out.add(new Command.Fetch(job.code()));
        }
    }

    /** Items to run. */
    public void granted(ToWorker.Granted lease) {
        LocalJob job = jobs.get(lease.job());
        if (job == null || leaving) {
            report(new FromWorker.Returned(lease.job(), lease.lease(), lease.from(), lease.to()));
            return;
        }
        if (lease.items().isEmpty()) {
            job.append(new Piece(lease.lease(), lease.job(), lease.from(), lease.to(), Optional.empty()));
        }
        for (Segment items : lease.items()) {
            job.append(new Piece(lease.lease(), lease.job(), items.from(), items.to(), Optional.of(items)));
        }
    }

    /** The code of a bundle is here. */
    public void codeReady(CodeId bundle) {
        bundles.arrived(bundle);
    }

    /** The code of a bundle cannot be had; the reason is a whole sentence. */
    public void codeMissing(CodeId bundle, String reason) {
        bundles.missing(bundle);
        giveUp(bundle, reason);
    }

    /** An executor said something. */
    public void heard(long executor, FromExecutor message, long now) {
        Slot slot = slots.get(executor);
        if (slot == null) {
            return;
        }
        if (message instanceof FromExecutor.Printed printed) {
            report(new FromWorker.Printed(printed.job(), printed.output()));
            return;
        }
        slot.takingBack = false;
        slot.idleSince = now;
        if (message instanceof FromExecutor.Ready) {
            slot.ready = true;
            slot.readySince = now;
        } else if (message instanceof FromExecutor.Finished finished) {
            finished(slot, finished);
        } else if (message instanceof FromExecutor.Failed failed) {
            failed(slot, failed);
        } else if (message instanceof FromExecutor.TakenBack back) {
            slot.takenBack(back.number(), back.from()).ifPresent(this::putBack);
        }
    }

    /** An executor is gone; all that it said was heard before. */
    public void died(long executor, boolean wasReady, boolean asTold, Optional<Running> running, DeathReport report) {
        Slot slot = slots.remove(executor);
        if (slot == null) {
            return;
        }
        boolean hadWork = !slot.isIdle();
        boolean blamed = false;
        Deque<Piece> back = new ArrayDeque<>();
        for (Slot.Batch batch : slot.clear()) {
            Piece rest = batch.rest();
            boolean wanted = batch.fate == Slot.Fate.WANTED;
            if (!blamed && running.isPresent() && running.get().in(rest)) {
                blamed = true;
                long index = running.get().index;
                if (batch.fate != Slot.Fate.ABANDONED) {
                    report(new FromWorker.Died(rest.job(), rest.lease(), index, report));
                }
                if (wanted) {
                    back.push(rest.slice(rest.from(), index));
                    back.push(rest.slice(index + 1, rest.to()));
                }
            } else if (wanted) {
                back.push(rest);
            }
        }
        back.forEach(this::putBack);
        boolean inVain = !blamed && !asTold && !slot.killed && (hadWork || !wasReady);
        if (inVain && bundles.diedInVain(slot.bundleId, isServed(slot.bundleId))) {
            giveUp(slot.bundleId, Bundles.reason(report));
        }
    }

    /** The item that an executor was running when it died. */
    public record Running(JobId job, long index) {
        private boolean in(Piece piece) {
            return piece.job().equals(job) && piece.from() <= index && index < piece.to();
        }
    }

    /** Stop all of this job; {@code JobStopped} is reported once that is so. */
    public void stop(JobId id) {
        stopping.add(id);
        forget(id);
    }

    /** The job has ended; should something of it run here nevertheless, it is stopped. */
    public void close(JobId id) {
        forget(id);
    }

    /** What this worker still has, for a coordinator that it registers with. */
    public List<HeldLease> held() {
        List<HeldLease> held = new ArrayList<>();
        for (LocalJob job : jobs.values()) {
            List<Piece> waiting = job.remove(piece -> true);
            waiting.forEach(job::append);
            waiting.forEach(piece -> held.add(heldLease(piece)));
        }
        slots.values()
                .forEach(slot -> slot.batches().forEach(batch -> {
                    if (batch.fate == Slot.Fate.WANTED) {
                        held.add(heldLease(batch.rest()));
                    }
                }));
        return held;
    }

    /**
     * Only these leases are still this worker's. A job of which nothing is kept is stopped; of others, what runs of a
     * lease that is not kept is finished, since an interrupt might hit its neighbour.
     */
    public void keep(Set<LeaseId> keep) {
        Set<JobId> kept = new HashSet<>();
        held().stream().filter(held -> keep.contains(held.id())).forEach(held -> kept.add(held.job()));
        stopping.clear();
        for (LocalJob job : List.copyOf(jobs.values())) {
            job.remove(piece -> !keep.contains(piece.lease()));
            if (!kept.contains(job.id())) {
                forget(job.id());
            }
        }
        for (Slot slot : slots.values()) {
            List<Slot.Batch> dropped = slot.batches().stream()
                    .filter(batch -> batch.fate == Slot.Fate.WANTED)
                    .filter(batch -> !keep.contains(batch.piece().lease()))
                    .toList();
            dropped.forEach(batch -> batch.fate = Slot.Fate.DROPPED);
            if (!dropped.isEmpty()) {
                out.add(new Command.Tell(slot.executor, new ToExecutor.TakeBack(slot.first().number)));
            }
        }
    }

    /** Begin to leave: what has not started is returned, nothing new starts. */
    public void leave() {
        if (leaving) {
            return;
        }
        leaving = true;
        report(new FromWorker.Leaving());
        jobs.values().forEach(job -> job.remove(piece -> true).forEach(this::putBack));
        for (Slot slot : slots.values()) {
            if (!slot.isIdle()) {
                out.add(new Command.Tell(slot.executor, new ToExecutor.TakeBack(slot.first().number)));
            }
        }
    }

    /** Whether nothing runs. */
    public boolean isIdle() {
        return slots.values().stream().allMatch(Slot::isIdle);
    }

    /** How many items have been handed to executors and are not accounted for. */
    public long running() {
        return slots.values().stream().mapToLong(Slot::unaccounted).sum();
    }

    private void finished(Slot slot, FromExecutor.Finished finished) {
        proven(slot);
        Segment results = finished.results();
        LocalJob job = jobs.get(finished.job());
        if (job != null) {
            job.measured(results.count(), finished.nanos());
        }
        for (Piece part : slot.ended(finished.job(), results.from(), results.to())) {
            long nanos = (long) ((double) finished.nanos() * part.count() / results.count());
            Segment slice = results.slice(part.from(), part.to());
            report(new FromWorker.Completed(part.job(), part.lease(), slice, nanos));
        }
    }

    private void failed(Slot slot, FromExecutor.Failed failed) {
        proven(slot);
        for (Piece part : slot.ended(failed.job(), failed.index(), failed.index() + 1)) {
            ItemFailure failure = new ItemFailure(failed.index(), 1, self, failed.failure());
            report(new FromWorker.Failed(part.job(), part.lease(), failure));
        }
    }

    private void proven(Slot slot) {
        if (!slot.proven) {
            slot.proven = true;
            bundles.worked(slot.bundleId);
        }
    }

    private void putBack(Piece piece) {
        LocalJob job = jobs.get(piece.job());
        if (job == null || piece.count() == 0) {
            return;
        }
        if (leaving) {
            report(new FromWorker.Returned(piece.job(), piece.lease(), piece.from(), piece.to()));
        } else {
            job.putBack(piece);
        }
    }

    private boolean isServed(CodeId bundle) {
        return slots.values().stream().anyMatch(slot -> slot.bundleId.equals(bundle) && slot.serves());
    }

    private void giveUp(CodeId bundle, String reason) {
        for (LocalJob job : List.copyOf(jobs.values())) {
            if (job.bundle.equals(bundle)) {
                report(new FromWorker.CannotRun(job.id(), reason));
                forget(job.id());
            }
        }
    }

    /** Nothing of the job counts any more; what runs of it is interrupted, and killed if that does not help. */
    private void forget(JobId id) {
        jobs.remove(id);
        for (Slot slot : slots.values()) {
            boolean interrupt = false;
            for (Slot.Batch batch : slot.batches()) {
                if (batch.job().equals(id) && batch.fate != Slot.Fate.ABANDONED) {
                    batch.fate = Slot.Fate.ABANDONED;
                    interrupt = true;
                }
            }
            if (interrupt) {
                out.add(new Command.Tell(slot.executor, new ToExecutor.Interrupt(id)));
            }
        }
    }

    private void confirmStopped() {
        stopping.removeIf(id -> {
            boolean over = slots.values().stream().noneMatch(slot -> slot.hasAbandoned(id));
            if (over) {
                report(new FromWorker.JobStopped(id));
            }
            return over;
        });
    }

    private void closeForgotten() {
        for (Slot slot : slots.values()) {
            slot.opened.values().removeIf(job -> {
                boolean over = jobs.get(job.id()) != job && !slot.runs(job.id());
                if (over) {
                    out.add(new Command.Tell(slot.executor, new ToExecutor.Close(job.id())));
                }
                return over;
            });
        }
    }

    /** What is interrupted or told to end has its grace, and is then killed. */
    private void killOverdue(long now) {
        for (Slot slot : slots.values()) {
            boolean must = slot.toldToEnd || slot.hasAbandoned();
            if (must && !slot.doomed) {
                slot.killAt = now + graceNanos;
            }
            slot.doomed = must;
            if (must && !slot.killed && slot.killAt - now <= 0) {
                slot.killed = true;
                out.add(new Command.Kill(slot.executor));
            }
        }
    }

    private void retireIdle(long now) {
        for (Slot slot : slots.values()) {
            if (slot.isIdle() && slot.serves() && slot.idleSince + idleNanos - now <= 0) {
                slot.retiring = true;
                slot.toldToEnd = true;
                out.add(new Command.Tell(slot.executor, new ToExecutor.End()));
            }
        }
    }

    private static HeldLease heldLease(Piece piece) {
        return new HeldLease(piece.lease(), piece.job(), piece.from(), piece.to());
    }

    private void report(FromWorker message) {
        out.add(new Command.Report(message));
    }
}
