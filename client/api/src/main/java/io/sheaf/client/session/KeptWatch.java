package io.sheaf.client.session;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobStatus;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Somebody follows a job, over one connection after the other, for as long as the coordinator knows it. A coordinator that
 * was started again may know another job under that number. Safe for use by many threads.
 */
final class KeptWatch implements Kept {
    private final JobId job;
    private final JobListener listener;
    private final Owner owner;
    private final CompletableFuture<JobStatus> begun = new CompletableFuture<>();
    private @Nullable JobStatus known;
    private long connection;
    private boolean over;

    KeptWatch(JobId job, JobListener listener, Owner owner) {
        this.job = job;
        this.listener = listener;
        this.owner = owner;
    }

    /** Completes with how the job stands once a coordinator has said so for the first time. */
    CompletableFuture<JobStatus> begun() {
        return begun;
    }

    @Override
    public void begin(long number, SocketSession session) {
        synchronized (this) {
            if (number <= connection || over) {
                return;
            }
            connection = number;
        }
        var unused = session.watch(job, new Incoming(number)).whenComplete((status, refusal) -> {
            if (status == null) {
                refused(number, RequestFailedException.unwrap(refusal));
            } else if (isIt(number, status) && !begun.complete(status)) {
                listener.withheld("");
            }
        });
    }

    /** Whether this is about the job that is followed; the first that is heard of it says which that is. */
    private boolean isIt(long number, JobStatus status) {
        synchronized (this) {
            if (over || number != connection) {
                return false;
            }
            if (known == null) {
                known = status;
            }
            if (known.submittedAt() == status.submittedAt() && known.name().equals(status.name())) {
                return true;
            }
        }
        forgotten();
        return false;
    }

    private void refused(long number, Throwable why) {
        synchronized (this) {
            if (over || number != connection) {
                return;
            }
        }
        if (why instanceof ClusterUnreachableException || RequestFailedException.isShuttingDown(why)) {
            owner.stranded();
        } else if (!begun.isDone()) {
            finish();
            begun.completeExceptionally(why);
        } else {
            forgotten();
        }
    }

    private void forgotten() {
        if (finish()) {
            listener.forgotten(new RequestFailedException(
                    Problem.UNKNOWN_JOB,
                    "The coordinator was started again and does not know job " + job
                            + " any more; what it had kept of it is gone: submit it again"));
        }
    }

    @Override
    public void disconnected(long number, ClusterUnreachableException why, String message) {
        synchronized (this) {
            if (number < connection || over || !begun.isDone()) {
                return;
            }
        }
        listener.withheld(message);
        listener.disconnected(why);
    }

    @Override
    public void fail(ClusterUnreachableException why) {
        if (finish() && !begun.completeExceptionally(why)) {
            listener.lost(why);
        }
    }

    private boolean finish() {
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
        }
        owner.over(this);
        return true;
    }

    /** What comes over one connection. */
    private final class Incoming implements JobListener {
        private final long number;

        Incoming(long number) {
            this.number = number;
        }

        @Override
        public void progress(JobStatus status) {
            if (isIt(number, status)) {
                listener.progress(status);
            }
        }

        @Override
        public void ended(JobStatus status) {
            if (isIt(number, status) && finish()) {
                begun.complete(status);
                listener.ended(status);
            }
        }

        @Override
        public void lost(ClusterUnreachableException why) {
            // Whoever holds the connection decides what comes of that.
        }
    }
}
