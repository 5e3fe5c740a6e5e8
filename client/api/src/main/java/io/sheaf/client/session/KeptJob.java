package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Headway;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A live job that outlives its connection: over the next one it is submitted as a new job of which a part has ended, and
 * what was sent and has no result is sent again. Its items keep their numbers, and its listener is told the end of each
 * once. Safe for use by many threads.
 */
final class KeptJob implements JobHandle, Kept {
    private final JobSpec spec;
    private final CodeFiles code;
    private final JobListener listener;
    private final Owner owner;
    /** By which a coordinator that is started again finds it, if it has written it down. */
    private final Optional<String> key;

    private final CompletableFuture<JobHandle> accepted = new CompletableFuture<>();
    private final KeptItems items = new KeptItems();
    /** Taken back, but the coordinator cannot be told so yet. */
    private final TreeSet<Long> cancelledItems = new TreeSet<>();

    private OptionalLong total = OptionalLong.empty();
    private Stage stage = Stage.UNCONNECTED;
    private long connection;
    private @Nullable JobHandle handle;
    private JobId id = new JobId(0);
    private long arrived;
    private boolean cancelled;

    private enum Stage {
        /** Waits for a connection, or for the answer to its submission. */
        UNCONNECTED,
        /** Sends again what was sent before; what is new has to wait. */
        RESENDING,
        LIVE,
        OVER
    }

    KeptJob(JobSpec spec, CodeFiles code, JobListener listener, Owner owner) {
        this.spec = spec;
        this.code = code;
        this.listener = listener;
        this.owner = owner;
        this.key = spec.durable() ? Optional.of(UUID.randomUUID().toString()) : Optional.empty();
    }

    /** Completes once a coordinator has accepted the job for the first time. */
    CompletableFuture<JobHandle> accepted() {
        return accepted;
    }

    @Override
    public void begin(long number, SocketSession session) {
        Headway headway;
        synchronized (this) {
            if (number <= connection || stage == Stage.OVER) {
                return;
            }
            disconnect();
            connection = number;
            headway = items.restart();
        }
        var unused = session.submit(spec, headway, key, code, new KeptListener(number, this, listener))
                .whenComplete((job, refusal) -> {
                    if (job != null) {
                        begun(number, job);
                    } else {
                        refused(number, RequestFailedException.unwrap(refusal));
                    }
                });
    }

    private void begun(long number, JobHandle job) {
        boolean first;
        synchronized (this) {
            if (number != connection) {
                job.cancel();
                return;
            }
            first = !accepted.isDone();
            id = job.id();
            if (stage == Stage.OVER) {
                // It may have ended before anybody heard that it was accepted; else it is not wanted any more.
                job.cancel();
                accepted.complete(this);
                return;
            }
            handle = job;
            arrived = spec.source() instanceof Source.Range ? Long.MAX_VALUE : 0;
            stage = first ? Stage.LIVE : Stage.RESENDING;
            notifyAll();
        }
        if (first) {
            accepted.complete(this);
            return;
        }
        listener.withheld("");
        var unused = Aside.run("sheaf-resend", () -> resend(number, job));
    }

    private void refused(long number, Throwable why) {
        synchronized (this) {
            if (number != connection || stage == Stage.OVER) {
                return;
            }
        }
        boolean first = !accepted.isDone();
        if (why instanceof ClusterUnreachableException || (!first && RequestFailedException.isShuttingDown(why))) {
            owner.stranded();
        } else if (first) {
            finish();
            accepted.completeExceptionally(why);
        } else {
            fail(new ClusterUnreachableException(
                    "The connection was lost in mid-job, and the rest was refused when it was sent again: "
                            + why.getMessage(),
                    why));
        }
    }

    private void resend(long number, JobHandle job) {
        try {
            while (true) {
                Segment next;
                synchronized (this) {
                    if (number != connection || stage != Stage.RESENDING) {
                        return;
                    }
                    Optional<Segment> kept = items.resend();
                    if (kept.isEmpty()) {
                        caughtUp(job);
                        return;
                    }
                    next = kept.get();
                }
                job.send(next);
                arrived(number, next.to());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void caughtUp(JobHandle job) {
        stage = Stage.LIVE;
        total.ifPresent(job::end);
        notifyAll();
    }

    /** The coordinator has the items up to that one, and may be told to stop them. */
    private synchronized void arrived(long number, long to) {
        if (number == connection && handle != null) {
            arrived = to;
            SortedSet<Long> there = cancelledItems.headSet(to);
            there.forEach(handle::cancelItem);
            there.clear();
        }
    }

    @Override
    public void disconnected(long number, ClusterUnreachableException why, String message) {
        boolean told;
        boolean ends;
        synchronized (this) {
            if (number < connection || stage == Stage.OVER) {
                return;
            }
            disconnect();
            ends = cancelled;
            told = accepted.isDone();
        }
        if (ends) {
            endCancelled();
        } else if (told) {
            listener.withheld(message);
        }
    }

    private void disconnect() {
        stage = Stage.UNCONNECTED;
        handle = null;
        arrived = 0;
        cancelledItems.clear();
    }

    @Override
    public void fail(ClusterUnreachableException why) {
        if (finish() && !accepted.completeExceptionally(why)) {
            listener.lost(why);
        }
    }

    /** Returns false when it was over before. */
    boolean finish() {
        synchronized (this) {
            if (stage == Stage.OVER) {
                return false;
            }
            stage = Stage.OVER;
            notifyAll();
        }
        owner.over(this);
        return true;
    }

    private void endCancelled() {
        if (finish()) {
            JobStatus end;
            synchronized (this) {
                end = cancelledUnheard();
            }
            listener.ended(end);
        }
    }

    private JobStatus cancelledUnheard() {
        String reason = "it was cancelled while there was no connection";
        OptionalLong never = OptionalLong.empty();
        long succeeded = items.succeeded();
        long failed = items.failed();
        Optional<String> why = Optional.of(reason);
        return new JobStatus(id, spec.name(), JobState.CANCELLED, total, succeeded, failed, 0, 0, 0, 0, never, why);
    }

    @Override
    public synchronized JobId id() {
        return id;
    }

    @Override
    public void send(Segment further) throws InterruptedException {
        JobHandle job;
        long number;
        synchronized (this) {
            while (stage != Stage.LIVE && stage != Stage.OVER) {
                wait();
            }
            if (stage == Stage.OVER || handle == null) {
                return;
            }
            items.add(further);
            job = handle;
            number = connection;
        }
        job.send(further);
        arrived(number, further.to());
    }

    @Override
    public synchronized boolean sendAtOnce(Segment further) {
        if (stage != Stage.LIVE || handle == null || !handle.sendAtOnce(further)) {
            return false;
        }
        items.add(further);
        arrived(connection, further.to());
        return true;
    }

    @Override
    public void awaitSent() throws InterruptedException {
        JobHandle job;
        synchronized (this) {
            job = handle;
        }
        if (job != null) {
            job.awaitSent();
        }
    }

    @Override
    public synchronized void end(long count) {
        total = OptionalLong.of(count);
        if (stage == Stage.LIVE && handle != null) {
            handle.end(count);
        }
    }

    @Override
    public synchronized void cancelItem(long index) {
        if (stage == Stage.OVER || !items.failed(index)) {
            return;
        }
        if (handle != null && index < arrived) {
            handle.cancelItem(index);
        } else {
            cancelledItems.add(index);
        }
    }

    @Override
    public synchronized void tell(long index, Bytes message) {
        if (handle != null) {
            handle.tell(index, message);
        }
    }

    @Override
    public void cancel() {
        synchronized (this) {
            cancelled = true;
            if (stage == Stage.OVER) {
                return;
            }
            if (handle != null) {
                handle.cancel();
                return;
            }
        }
        // In a thread of its own: the caller may hold what the listener needs.
        var unused = Aside.run("sheaf-cancel", this::endCancelled);
    }

    /** Whether that connection is the present one, and the job goes on. */
    synchronized boolean isUnderWay(long number) {
        return number == connection && stage != Stage.OVER;
    }

    /** Results came over that connection; gives those that are news. */
    synchronized List<Segment> finished(long number, Segment results) {
        return isUnderWay(number) ? items.finished(results) : List.of();
    }

    /** An item failed, as was said over that connection; returns whether that is news. */
    synchronized boolean failed(long number, long index) {
        return isUnderWay(number) && items.failed(index);
    }
}
