package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A live job that outlives its connection: what has no result is kept here, and sent again over the next one as the items
 * of a new job. Its listener is told the end of each item once, under the item's first number. Safe for use by many
 * threads.
 */
final class KeptJob implements JobHandle {
    private final JobSpec spec;
    private final CodeFiles code;
    private final JobListener listener;
    private final JobOwner owner;
    private final CompletableFuture<JobHandle> accepted = new CompletableFuture<>();
    private final KeptItems items = new KeptItems();
    private final Tally tally = new Tally();
    private final TreeSet<Long> cancelledItems = new TreeSet<>();
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

    KeptJob(JobSpec spec, CodeFiles code, JobListener listener, JobOwner owner) {
        this.spec = spec;
        this.code = code;
        this.listener = listener;
        this.owner = owner;
    }

    /** Completes once a coordinator has accepted the job for the first time. */
    CompletableFuture<JobHandle> accepted() {
        return accepted;
    }

    /**
     * Submits it over a connection, unless it has been over a later one.
     *
     * @param number of the connection, from 1, ever higher
     */
    void begin(long number, Session session) {
        synchronized (this) {
            if (number <= connection || stage == Stage.OVER) {
                return;
            }
            disconnect();
            connection = number;
        }
        var unused = session.submit(spec, code, new Incoming(number)).whenComplete((job, refusal) -> {
            if (job != null) {
                begun(number, job);
            } else {
                refused(
                        number,
                        refusal instanceof CompletionException e && e.getCause() != null ? e.getCause() : refusal);
            }
        });
    }

    private void begun(long number, JobHandle job) {
        boolean first;
        synchronized (this) {
            if (number != connection || stage == Stage.OVER) {
                job.cancel();
                return;
            }
            first = !accepted.isDone();
            handle = job;
            id = job.id();
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
            owner.stranded(this);
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
        if (tally.isTotalKnown()) {
            job.end(items.sent());
        }
        notifyAll();
    }

    /** Items up to that one, as this connection counts them, are with the coordinator; it may be told to stop them. */
    private synchronized void arrived(long number, long to) {
        if (number == connection && handle != null) {
            arrived = to;
            for (Long next = cancelledItems.pollFirst(); next != null; next = cancelledItems.pollFirst()) {
                handle.cancelItem(next);
            }
        }
    }

    /** The connection has ended; tells the listener so, if there was one. */
    void disconnected(long number, String message) {
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
        items.restart();
        tally.restart();
    }

    /** It is over because there is no connection any more. */
    void fail(ClusterUnreachableException why) {
        if (finish() && !accepted.completeExceptionally(why)) {
            listener.lost(why);
        }
    }

    /** Returns false when it was over before. */
    private boolean finish() {
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
                end = tally.cancelled(id, spec.name());
            }
            listener.ended(end);
        }
    }

    private synchronized JobStatus overall(JobStatus now) {
        return tally.overall(now);
    }

    @Override
    public synchronized JobId id() {
        return id;
    }

    @Override
    public void send(Segment further) throws InterruptedException {
        Segment next;
        JobHandle job;
        long number;
        synchronized (this) {
            while (stage != Stage.LIVE && stage != Stage.OVER) {
                wait();
            }
            if (stage == Stage.OVER || handle == null) {
                return;
            }
            next = items.add(further);
            job = handle;
            number = connection;
        }
        job.send(next);
        arrived(number, next.to());
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
    public synchronized void end(long total) {
        tally.total(total);
        if (stage == Stage.LIVE && handle != null) {
            handle.end(items.sent());
        }
    }

    @Override
    public synchronized void cancelItem(long index) {
        if (stage == Stage.OVER) {
            return;
        }
        KeptItems.Dropped dropped = items.drop(index);
        if (dropped.isNews() && dropped.sentAs().isPresent()) {
            tally.failed();
        } else if (dropped.isNews()) {
            tally.failedUnsent();
        }
        dropped.sentAs().ifPresent(sent -> {
            if (sent < arrived && handle != null) {
                handle.cancelItem(sent);
            } else {
                cancelledItems.add(sent);
            }
        });
    }

    @Override
    public synchronized void tell(long index, Bytes message) {
        JobHandle job = handle;
        if (job != null) {
            items.sentAs(index).ifPresent(sent -> job.tell(sent, message));
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

    /** What comes over one connection. */
    private final class Incoming implements JobListener {
        private final long number;

        Incoming(long number) {
            this.number = number;
        }

        private boolean isStale() {
            synchronized (KeptJob.this) {
                return number != connection || stage == Stage.OVER;
            }
        }

        @Override
        public void results(Segment results) {
            List<Segment> news;
            synchronized (KeptJob.this) {
                if (isStale()) {
                    return;
                }
                news = items.finished(results);
                news.forEach(part -> tally.succeeded(part.count()));
            }
            news.forEach(listener::results);
        }

        @Override
        public void failed(ItemFailure failure) {
            OptionalLong index;
            synchronized (KeptJob.this) {
                index = isStale() ? OptionalLong.empty() : items.failed(failure.index());
                index.ifPresent(own -> tally.failed());
            }
            index.ifPresent(own -> listener.failed(
                    new ItemFailure(own, failure.attempts(), failure.worker(), failure.failure(), failure.nanos())));
        }

        /** The first number of an item; empty when this connection does not matter any more. */
        private OptionalLong own(long sent) {
            synchronized (KeptJob.this) {
                return isStale() ? OptionalLong.empty() : OptionalLong.of(items.firstIndex(sent));
            }
        }

        @Override
        public void printed(Output output) {
            own(output.index()).ifPresent(index -> listener.printed(new Output(index, output.error(), output.text())));
        }

        @Override
        public void said(long sent, Bytes message) {
            own(sent).ifPresent(index -> listener.said(index, message));
        }

        @Override
        public void withheld(String why) {
            if (!isStale()) {
                listener.withheld(why);
            }
        }

        @Override
        public void progress(JobStatus status) {
            if (!isStale()) {
                listener.progress(overall(status));
            }
        }

        @Override
        public void ended(JobStatus status) {
            if (!isStale() && finish()) {
                listener.ended(overall(status));
            }
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            // Whoever holds the connection decides what comes of that.
        }
    }
}
