package io.sheaf.worker.execution;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.WorkerConversation.FromWorker;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.CodeId;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Thrown;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/** Turns what executors say, and their deaths, into reports: each item that was handed out is accounted for once. */
final class Accounts {
    private static final int FRAMES = 3;
    private static final long NONE = -1;

    private final Holdings holdings;
    private final Recalls recalls;
    private final Stops stops;

    Accounts(Holdings holdings, Recalls recalls, Stops stops) {
        this.holdings = holdings;
        this.recalls = recalls;
        this.stops = stops;
    }

    void heard(Slot slot, FromExecutor message, long now) {
        slot.idleSince = now;
        if (message instanceof FromExecutor.Ready) {
            slot.ready = true;
            slot.readySince = now;
        } else if (message instanceof FromExecutor.Finished finished) {
            finished(slot, finished, now);
        } else if (message instanceof FromExecutor.Failed failed) {
            failed(slot, failed, now);
        } else if (message instanceof FromExecutor.TakenBack back) {
            slot.takenBack(back.number(), back.from(), now).ifPresent(piece -> takenBack(slot, piece));
        } else if (message instanceof FromExecutor.AllTakenBack) {
            slot.takeBacksAnswered++;
        } else if (message instanceof FromExecutor.StillRunning running) {
            stillRunning(slot, running, now);
        } else if (message instanceof FromExecutor.Progressed progress) {
            if (slot.isRunning(progress.job(), progress.index())) {
                slot.permille = OptionalInt.of(progress.permille());
            }
        } else if (message instanceof FromExecutor.Waiting waiting) {
            slot.waits(waiting.job(), waiting.index(), true);
            if (slot.isWaiting() && slot.spare() > 0) {
                holdings.takeBack(slot, slot.first());
            }
        } else if (message instanceof FromExecutor.GoesOn on) {
            slot.waits(on.job(), on.index(), false);
        } else if (message instanceof FromExecutor.NotInitialized not) {
            notInitialized(slot, not);
        } else if (message instanceof FromExecutor.Ending) {
            slot.retiring = true;
            slot.toldToEnd = true;
        }
    }

    private void finished(Slot slot, FromExecutor.Finished finished, long now) {
        worked(slot, finished.job());
        Segment results = finished.results();
        LocalJob job = holdings.jobs.get(finished.job());
        if (job != null) {
            job.measured(results.count(), finished.nanos());
            job.served(finished.nanos());
        }
        for (Piece part : slot.ended(finished.job(), results.from(), results.to(), now)) {
            completed(slot, part, finished);
        }
    }

    /** An item that was stopped in vain, since it ended in time, counts as if it had not been. */
    private void completed(Slot slot, Piece part, FromExecutor.Finished finished) {
        Optional<Halt> halt = slot.haltIn(part);
        if (halt.isPresent()) {
            long index = halt.get().index();
            boolean inTime = finished.nanos() < halt.get().limit().orElse(0);
            completed(slot, part.slice(part.from(), index), finished);
            slot.halts.remove(halt.get());
            if (inTime) {
                completed(slot, part.slice(index, index + 1), finished);
            } else {
                conclude(halt.get(), finished.nanos());
            }
            completed(slot, part.slice(index + 1, part.to()), finished);
        } else if (part.count() > 0) {
            Segment results = finished.results();
            long nanos = (long) ((double) finished.nanos() * part.count() / results.count());
            Segment slice = results.slice(part.from(), part.to());
            holdings.report(new FromWorker.Completed(part.job(), part.lease(), slice, nanos));
        }
    }

    private void failed(Slot slot, FromExecutor.Failed failed, long now) {
        worked(slot, failed.job());
        LocalJob job = holdings.jobs.get(failed.job());
        if (job != null) {
            job.failedStarts = 0;
            job.served(now - slot.itemSince);
        }
        for (Piece part : slot.ended(failed.job(), failed.index(), failed.index() + 1, now)) {
            Optional<Halt> halt = slot.haltIn(part);
            if (halt.isPresent()) {
                slot.halts.remove(halt.get());
                conclude(halt.get(), failed.nanos());
            } else {
                report(part, failed.failure(), failed.nanos());
            }
        }
    }

    /** The item does not run any more, as was wanted, after it had run for so long. */
    private void conclude(Halt halt, long nanos) {
        Piece item = halt.batch().piece().slice(halt.index(), halt.index() + 1);
        if (halt.limit().isPresent()) {
            report(item, new Failure.TimedOut(halt.limit().getAsLong() / 1_000_000), nanos);
        } else if (halt.batch().isWanted()) {
            holdings.giveUp(item);
        }
    }

    private void report(Piece item, Failure failure, long nanos) {
        ItemFailure said = new ItemFailure(item.from(), 1, holdings.self, failure, nanos);
        holdings.report(new FromWorker.Failed(item.job(), item.lease(), said));
    }

    private void takenBack(Slot slot, Piece piece) {
        Optional<Halt> halt = slot.haltIn(piece);
        if (halt.isPresent()) {
            long index = halt.get().index();
            slot.halts.remove(halt.get());
            takenBack(slot, piece.slice(halt.get().limit().isPresent() ? index : index + 1, piece.to()));
            if (halt.get().limit().isEmpty()) {
                holdings.giveUp(piece.slice(index, index + 1));
            }
            takenBack(slot, piece.slice(piece.from(), index));
        } else if (piece.count() > 0) {
            holdings.putBack(recalls.offer(piece));
        }
    }

    private static void stillRunning(Slot slot, FromExecutor.StillRunning running, long now) {
        Slot.Opened opened = slot.opened.get(running.job());
        if (opened != null) {
            opened.worked = true;
        }
        if (slot.isRunning(running.job(), running.index())) {
            slot.itemSince = now - running.nanos();
            slot.itemSinceExact = true;
        }
    }

    private void notInitialized(Slot slot, FromExecutor.NotInitialized not) {
        slot.retiring = true;
        notPrepared(not.job(), "could not run the initializer", inWords(not.failure()));
    }

    /** Not this bundle but this job is at fault; it gets some executors more, with pauses between them. */
    private void notPrepared(JobId id, String what, String last) {
        LocalJob job = holdings.jobs.get(id);
        if (job == null) {
            return;
        }
        job.failedStarts++;
        holdings.bundles.pause(job.bundle, job.failedStarts);
        if (job.failedStarts >= Bundles.TRIES) {
            stops.cannotRun(id, job.failedStarts + " executors in a row " + what + ". The last: " + last);
        }
    }

    private static String inWords(Failure failure) {
        StringBuilder words = new StringBuilder(failure.headline());
        if (failure instanceof Failure.Threw threw) {
            List<Thrown.Frame> frames = threw.thrown().frames();
            for (Thrown.Frame frame : frames.subList(0, Math.min(FRAMES, frames.size()))) {
                words.append(" / at ").append(frame.className()).append('.').append(frame.method());
                words.append('(')
                        .append(frame.file())
                        .append(':')
                        .append(frame.line())
                        .append(')');
            }
        }
        return words.toString();
    }

    private void worked(Slot slot, JobId job) {
        Slot.Opened opened = slot.opened.get(job);
        if (opened != null) {
            opened.worked = true;
        }
        if (!slot.proven) {
            slot.proven = true;
            holdings.bundles.worked(slot.bundleId);
        }
    }

    /**
     * Only the item that ran is blamed, and not even that when the executor was killed from here: what was wanted of it
     * is said in {@link Slot#halts}.
     */
    void died(Slot slot, boolean wasReady, boolean asTold, Optional<Execution.Running> running, DeathReport report) {
        boolean hadWork = !slot.isIdle();
        boolean blamed = false;
        Deque<Piece> back = new ArrayDeque<>();
        for (Batch batch : slot.clear()) {
            Piece rest = batch.rest();
            boolean hit = !blamed && running.filter(item -> item.in(rest)).isPresent();
            long culprit = hit ? running.map(Execution.Running::index).orElse(NONE) : NONE;
            blamed |= hit;
            SortedSet<Long> gone = concluded(slot, batch, culprit);
            if (hit && !batch.isAbandoned() && !slot.killed && !asTold && gone.add(culprit)) {
                holdings.report(new FromWorker.Died(rest.job(), rest.lease(), culprit, report, ranFor(slot)));
            }
            if (batch.isWanted()) {
                pushWithout(gone, rest, back);
            }
        }
        back.forEach(holdings::putBack);
        Host host = slot.host;
        if (!asTold) {
            host.goes();
        }
        host.left(
                hadWork || !wasReady,
                blamed,
                running.filter(item -> item.index() < 0).map(Execution.Running::job));
        boolean inVain = host.diedInVain() && !asTold && !slot.killed;
        if (inVain && host.prepared().isPresent()) {
            notPrepared(host.prepared().get(), "died in the initializer", Bundles.inWords(report));
        } else if (inVain && holdings.bundles.diedInVain(slot.bundleId, holdings.isServed(slot.bundleId))) {
            giveUp(slot.bundleId, Bundles.reason(report));
        }
    }

    /** Says what is to be said of items that were to end; returns which. One that had not begun may begin elsewhere. */
    private SortedSet<Long> concluded(Slot slot, Batch batch, long culprit) {
        SortedSet<Long> concluded = new TreeSet<>();
        for (Halt halt : slot.halts) {
            boolean ran = slot.killed || culprit == halt.index();
            if (halt.batch() == batch && (halt.limit().isEmpty() || ran)) {
                conclude(halt, ranFor(slot));
                concluded.add(halt.index());
            }
        }
        return concluded;
    }

    private long ranFor(Slot slot) {
        return Math.max(0, holdings.now - slot.itemSince);
    }

    private static void pushWithout(SortedSet<Long> gone, Piece rest, Deque<Piece> back) {
        long at = rest.from();
        for (long index : gone) {
            back.push(rest.slice(at, index));
            at = index + 1;
        }
        back.push(rest.slice(at, rest.to()));
    }

    /** No job that needs this code can run here. */
    void giveUp(CodeId bundle, String reason) {
        for (LocalJob job : List.copyOf(holdings.jobs.values())) {
            if (job.bundle.equals(bundle)) {
                stops.cannotRun(job.id(), reason);
            }
        }
    }
}
