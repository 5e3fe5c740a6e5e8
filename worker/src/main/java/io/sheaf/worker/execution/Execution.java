package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.WorkerConversation.HeldLease;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.LeaseId;
import io.sheaf.protocol.job.Repeated;
import io.sheaf.protocol.job.WorkerId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The deciding part of a worker. Each stimulus changes the state and adds commands; {@link #decide} hands out what can be
 * handed out and returns the commands since the last call, in order. Times are nanoseconds of any one clock.
 */
public final class Execution {
    private final Holdings holdings;
    private final Turns turns;
    private final List<Assignment> assignments = new ArrayList<>();
    private final List<Staffing> staffings = new ArrayList<>();
    private final Recalls recalls;
    private final Stops stops;
    private final Accounts accounts;
    private final Pulse pulse;
    private long decidedAt;

    /**
     * What may differ between workers.
     *
     * @param slots how many items that compute run at once
     * @param ioSlots how many items that wait run at once
     * @param graceNanos how long an interrupted item has before its executor is killed
     * @param idleNanos how long an idle executor is kept
     */
    public record Limits(int slots, int ioSlots, long graceNanos, long idleNanos) {
        int places(Section section) {
            return switch (section) {
                case CPU -> slots;
                case IO -> ioSlots;
                case ALONE -> Math.max(1, slots / 2);
            };
        }
    }

    /** A worker without work. */
    public Execution(WorkerId self, Limits limits) {
        this.holdings = new Holdings(self);
        this.turns = new Turns(holdings.jobs.values());
        for (Section section : Section.values()) {
            int places = limits.places(section);
            Yielding yielding = new Yielding(places, holdings.slots(section));
            assignments.add(new Assignment(section, places, yielding, holdings, turns));
            staffings.add(new Staffing(section, places, limits.idleNanos, yielding, holdings));
        }
        this.recalls = new Recalls(holdings);
        this.stops = new Stops(holdings, limits.graceNanos);
        this.accounts = new Accounts(holdings, recalls, stops);
        this.pulse = new Pulse(holdings);
    }

    /** It is that late; {@link #heard} and {@link #decide} say it too. */
    public void timePassed(long now) {
        holdings.now = now;
    }

    /** Decides what to do after the stimuli since the last call. */
    public List<Command> decide(long now) {
        timePassed(now);
        decidedAt = now;
        holdings.bundles.timePassed(now);
        stops.timeOut(now);
        stops.confirm();
        recalls.answer(now);
        closeForgotten();
        staffings.forEach(staffing -> staffing.retireIdle(now));
        if (!holdings.leaving) {
            assignments.forEach(assignment -> assignment.assign(now));
            staffings.forEach(staffing -> staffing.adjust(now));
        }
        stops.killOverdue(now);
        pulse.beat(now);
        return holdings.takeCommands();
    }

    /** When to call {@link #decide} next though nothing has happened; empty: not needed. */
    public OptionalLong nextDeadline() {
        LongStream sections = LongStream.concat(
                staffings.stream().mapToLong(Staffing::nextDeadline),
                assignments.stream().mapToLong(assignment -> assignment.nextDeadline(decidedAt)));
        LongStream others = LongStream.of(
                holdings.bundles.nextDeadline(), stops.nextDeadline(), recalls.nextDeadline(), pulse.nextDeadline());
        return LongStream.concat(sections, others)
                .filter(deadline -> deadline != Long.MAX_VALUE)
                .min();
    }

    /** A job that leases will follow of. */
    public void opened(ToWorker.JobOpened job) {
        if (holdings.jobs.containsKey(job.job()) || stops.isGivenUp(job.job())) {
            return;
        }
        LocalJob local = new LocalJob(job);
        holdings.jobs.put(job.job(), local);
        if (local.runsCommands()) {
            holdings.bundles.arrived(local.bundle);
        } else if (holdings.bundles.ask(local.bundle)) {
            holdings.command(new Command.Fetch(job.code()));
        }
    }

    /** Items to run. */
    public void granted(ToWorker.Granted lease) {
        LocalJob job = holdings.jobs.get(lease.job());
        if (stops.isGivenUp(lease.job())) {
            return;
        }
        if (job == null || holdings.leaving) {
            holdings.report(new FromWorker.Returned(lease.job(), lease.lease(), lease.from(), lease.to()));
            return;
        }
        turns.begins(job);
        if (lease.alone()) {
            job.keepApart(lease.lease());
        }
        if (lease.items().isEmpty()) {
            job.append(piece(lease, lease.from(), lease.to(), Optional.empty()));
        }
        for (Segment items : lease.items()) {
            job.append(piece(lease, items.from(), items.to(), Optional.of(items)));
        }
    }

    private static Piece piece(ToWorker.Granted lease, long from, long to, Optional<Segment> items) {
        List<Repeated> repeated = Repeated.within(lease.repeated(), from, to);
        return new Piece(lease.lease(), lease.job(), from, to, items, repeated);
    }

    /**
     * Give back half of the job's items that have not started; {@code Recalled} is reported once for each call, after
     * what could be given back.
     */
    public void recall(JobId id) {
        recalls.recall(id);
    }

    /** The item is not wanted here any more; it is returned once it does not run, unless its end has been reported. */
    public void stopItem(JobId id, LeaseId lease, long index) {
        stops.stopItem(id, lease, index);
    }

    /** Something for an item, from the client of its job; for nobody when it does not run. */
    public void tell(ToWorker.Tell message) {
        for (Slot slot : holdings.slots.values()) {
            if (slot.runs(message.job())) {
                holdings.tell(slot, new ToExecutor.Tell(message.job(), message.index(), message.message()));
            }
        }
    }

    /** The code of a bundle is here. */
    public void codeReady(CodeId bundle) {
        holdings.bundles.arrived(bundle);
    }

    /** The code of a bundle cannot be had; the reason is a whole sentence. */
    public void codeMissing(CodeId bundle, String reason) {
        holdings.bundles.missing(bundle);
        accounts.giveUp(bundle, reason);
    }

    /** An executor said something. */
    public void heard(long executor, FromExecutor message, long now) {
        timePassed(now);
        Slot slot = holdings.slots.get(executor);
        if (slot == null) {
            return;
        }
        if (message instanceof FromExecutor.Printed printed) {
            holdings.report(new FromWorker.Printed(printed.job(), printed.output()));
        } else if (message instanceof FromExecutor.Said said) {
            holdings.report(new FromWorker.Said(said.job(), said.index(), said.message()));
        } else {
            accounts.heard(slot, message, now);
        }
    }

    /** An executor is gone, by the time last said; all that it said was heard before. */
    public void died(long executor, boolean wasReady, boolean asTold, Optional<Running> running, DeathReport report) {
        Slot slot = holdings.remove(executor);
        if (slot != null) {
            accounts.died(slot, wasReady, asTold, running, report);
        }
    }

    /**
     * What an executor was running when it died.
     *
     * @param index which item; negative: what is done once for the job before its first
     */
    public record Running(JobId job, long index) {
        boolean in(Piece piece) {
            return piece.job().equals(job) && piece.contains(index);
        }
    }

    /** Stop all of this job; {@code JobStopped} is reported once that is so. */
    public void stop(JobId id) {
        stops.stop(id);
    }

    /** The job has ended; should something of it run here nevertheless, it is stopped. */
    public void close(JobId id) {
        stops.forget(id);
    }

    /** What this worker still has, for a coordinator that it registers with. */
    public List<HeldLease> held() {
        List<HeldLease> held = new ArrayList<>();
        for (LocalJob job : holdings.jobs.values()) {
            job.waiting().forEach(piece -> held.add(heldLease(piece)));
        }
        for (Slot slot : holdings.slots.values()) {
            slot.batches().stream().filter(Batch::isWanted).forEach(batch -> held.add(heldLease(batch.rest())));
        }
        return held;
    }

    /**
     * Only these leases are still this worker's. A job of which nothing is kept is stopped; of others, what runs of a
     * lease that is not kept is finished, since an interrupt might hit its neighbour.
     */
    public void keep(Set<LeaseId> keep) {
        keep(keep, Set.of());
    }

    /** As {@link #keep(Set)}; these jobs go on, whether or not anything of them is left here. */
    public void keep(Set<LeaseId> keep, Set<JobId> jobs) {
        Set<JobId> kept = new HashSet<>(jobs);
        held().stream().filter(held -> keep.contains(held.id())).forEach(held -> kept.add(held.job()));
        stops.registered(keep);
        recalls.forget();
        for (LocalJob job : List.copyOf(holdings.jobs.values())) {
            job.remove(piece -> !keep.contains(piece.lease()));
            if (!kept.contains(job.id())) {
                stops.forget(job.id());
            }
        }
        for (Slot slot : holdings.slots.values()) {
            List<Batch> dropped = slot.batches().stream()
                    .filter(Batch::isWanted)
                    .filter(batch -> !keep.contains(batch.piece().lease()))
                    .toList();
            dropped.forEach(batch -> batch.fate = Batch.Fate.DROPPED);
            if (!dropped.isEmpty()) {
                holdings.takeBack(slot, slot.first());
            }
        }
    }

    /** Whether leases of the job can come. */
    public boolean knows(JobId job) {
        return holdings.jobs.containsKey(job);
    }

    /** Begin to leave: what has not started is returned, nothing new starts. */
    public void leave() {
        if (holdings.leaving) {
            return;
        }
        holdings.leaving = true;
        holdings.report(new FromWorker.Leaving());
        holdings.jobs.values().forEach(job -> job.remove(piece -> true).forEach(holdings::giveUp));
        for (Slot slot : holdings.slots.values()) {
            if (!slot.isIdle()) {
                holdings.takeBack(slot, slot.first());
            }
        }
    }

    /** Whether nothing runs. */
    public boolean isIdle() {
        return holdings.slots.values().stream().allMatch(Slot::isIdle);
    }

    /** How many items have been handed to executors and are not accounted for. */
    public long running() {
        return holdings.slots.values().stream().mapToLong(Slot::unaccounted).sum();
    }

    private void closeForgotten() {
        for (Slot slot : holdings.slots.values()) {
            slot.opened.values().removeIf(opened -> {
                JobId id = opened.job.id();
                boolean over = holdings.jobs.get(id) != opened.job && !slot.runs(id);
                if (over) {
                    holdings.tell(slot, new ToExecutor.Close(id));
                }
                return over;
            });
        }
    }

    private static HeldLease heldLease(Piece piece) {
        return new HeldLease(piece.lease(), piece.job(), piece.from(), piece.to());
    }
}
