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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
    private final Map<Long, Long> killAt = new LinkedHashMap<>();
    private final Set<LeaseId> dropped = new HashSet<>();
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
        this.assignment = new Assignment(limits.slots, slots, jobs.values(), bundles.here(), out);
    }

    /** Decides what to do after the stimuli since the last call. */
    public List<Command> decide(long now) {
        killOverdue(now);
        retireIdle(now);
        if (!leaving) {
            assignment.assign(now);
        }
        List<Command> commands = List.copyOf(out);
        out.clear();
        return commands;
    }

    /** When to call {@link #decide} next though nothing has happened; empty: not needed. */
    public OptionalLong nextDeadline() {
        long next = Long.MAX_VALUE;
        for (long time : killAt.values()) {
            next = Math.min(next, time);
        }
        for (Slot slot : slots.values()) {
            if (slot.isIdle() && slot.ready && !slot.retiring) {
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
        if (job == null || job.stopping || leaving) {
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
        if (message instanceof FromExecutor.Ready) {
            slot.ready = true;
        } else if (message instanceof FromExecutor.Finished finished) {
            finished(slot, finished);
        } else if (message instanceof FromExecutor.Failed failed) {
            failed(slot, failed);
        } else if (message instanceof FromExecutor.Printed printed) {
            report(new FromWorker.Printed(printed.job(), printed.output()));
        } else if (message instanceof FromExecutor.TakenBack back) {
            slot.takenBack(back.number(), back.from()).forEach(this::putBack);
        }
        slot.takingBack = false;
        slot.idleSince = now;
        confirmStopped();
    }

    /** An executor is gone; all that it said was heard before. */
    public void died(long executor, boolean wasReady, boolean asTold, Optional<Running> running, DeathReport report) {
        Slot slot = slots.remove(executor);
        killAt.remove(executor);
        if (slot == null) {
            return;
        }
        boolean blamed = false;
        for (Piece rest : slot.clear()) {
            if (!blamed && running.isPresent() && running.get().in(rest)) {
                blamed = true;
                long index = running.get().index;
                putBack(rest.slice(rest.from(), index));
                blame(rest, index, report);
                putBack(rest.slice(index + 1, rest.to()));
            } else {
                putBack(rest);
            }
        }
        boolean inVain = !blamed && !asTold && !(wasReady && slot.retiring);
        if (inVain && bundles.diedInVain(slot.bundleId)) {
            giveUp(slot.bundleId, Bundles.reason(report));
        }
        confirmStopped();
    }

    /** The item that an executor was running when it died. */
    public record Running(JobId job, long index) {
        private boolean in(Piece piece) {
            return piece.job().equals(job) && piece.from() <= index && index < piece.to();
        }
    }

    /** Stop all of this job; {@code JobStopped} is reported once that is so. */
    public void stop(JobId id, long now) {
        LocalJob job = jobs.get(id);
        if (job == null) {
            report(new FromWorker.JobStopped(id));
            return;
        }
        job.stopping = true;
        job.remove(piece -> true);
        for (Slot slot : slots.values()) {
            if (slot.runs(id)) {
                out.add(new Command.Tell(slot.executor, new ToExecutor.Interrupt(id)));
                killAt.putIfAbsent(slot.executor, now + graceNanos);
            }
        }
        confirmStopped();
    }

    /** The job has ended. */
    public void close(JobId id) {
        jobs.remove(id);
        for (Slot slot : slots.values()) {
            if (slot.opened.remove(id)) {
                out.add(new Command.Tell(slot.executor, new ToExecutor.Close(id)));
            }
        }
    }

    /** What this worker still has, for a coordinator that it registers with. */
    public List<HeldLease> held() {
        List<HeldLease> held = new ArrayList<>();
        for (LocalJob job : jobs.values()) {
            List<Piece> waiting = job.remove(piece -> true);
            waiting.forEach(job::append);
            waiting.forEach(piece -> held.add(heldLease(piece)));
        }
        slots.values().forEach(slot -> slot.batches().forEach(batch -> held.add(heldLease(batch.rest()))));
        return held;
    }

    /** Only these leases are still this worker's; the rest is dropped, what runs of it without interrupting it. */
    public void keep(Set<LeaseId> keep) {
        held().stream().map(HeldLease::id).filter(id -> !keep.contains(id)).forEach(dropped::add);
        jobs.values().forEach(job -> job.remove(piece -> dropped.contains(piece.lease())));
        for (Slot slot : slots.values()) {
            if (slot.batches().stream()
                    .anyMatch(batch -> dropped.contains(batch.piece().lease()))) {
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
        bundles.worked(slot.bundleId);
        Segment results = finished.results();
        LocalJob job = jobs.get(finished.job());
        if (job != null) {
            job.measured(results.count(), finished.nanos());
        }
        for (Piece part : slot.ended(finished.job(), results.from(), results.to())) {
            if (job != null && !job.stopping) {
                long nanos = finished.nanos() / results.count() * part.count();
                Segment slice = results.slice(part.from(), part.to());
                report(new FromWorker.Completed(part.job(), part.lease(), slice, nanos));
            }
        }
    }

    private void failed(Slot slot, FromExecutor.Failed failed) {
        bundles.worked(slot.bundleId);
        LocalJob job = jobs.get(failed.job());
        for (Piece part : slot.ended(failed.job(), failed.index(), failed.index() + 1)) {
            if (job != null && !job.stopping) {
                ItemFailure failure = new ItemFailure(failed.index(), 1, self, failed.failure());
                report(new FromWorker.Failed(part.job(), part.lease(), failure));
            }
        }
    }

    private void blame(Piece piece, long index, DeathReport report) {
        LocalJob job = jobs.get(piece.job());
        if (job != null && !job.stopping) {
            report(new FromWorker.Died(piece.job(), piece.lease(), index, report));
        }
    }

    private void putBack(Piece piece) {
        LocalJob job = jobs.get(piece.job());
        if (job == null || job.stopping || piece.count() == 0 || dropped.contains(piece.lease())) {
            return;
        }
        if (leaving) {
            report(new FromWorker.Returned(piece.job(), piece.lease(), piece.from(), piece.to()));
        } else {
            job.putBack(piece);
        }
    }

    private void giveUp(CodeId bundle, String reason) {
        for (LocalJob job : jobs.values()) {
            if (job.bundle.equals(bundle) && !job.stopping) {
                job.stopping = true;
                job.remove(piece -> true);
                report(new FromWorker.CannotRun(job.id(), reason));
            }
        }
    }

    private void confirmStopped() {
        for (LocalJob job : List.copyOf(jobs.values())) {
            if (job.stopping && slots.values().stream().noneMatch(slot -> slot.runs(job.id()))) {
                close(job.id());
                report(new FromWorker.JobStopped(job.id()));
            }
        }
        killAt.keySet().removeIf(executor -> {
            Slot slot = slots.get(executor);
            return slot == null || jobs.values().stream().noneMatch(job -> job.stopping && slot.runs(job.id()));
        });
    }

    private void killOverdue(long now) {
        killAt.forEach((executor, time) -> {
            if (time - now <= 0) {
                out.add(new Command.Kill(executor));
            }
        });
        killAt.values().removeIf(time -> time - now <= 0);
    }

    private void retireIdle(long now) {
        for (Slot slot : slots.values()) {
            if (slot.isIdle() && slot.ready && !slot.retiring && slot.idleSince + idleNanos - now <= 0) {
                slot.retiring = true;
                slot.told = true;
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
