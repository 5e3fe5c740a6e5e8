package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobId;
import java.util.Collection;
import java.util.Optional;

/** What sessions may have to do with: a task's with the jobs that tasks of the same job have started, others with all. */
final class Reach {
    /** A worker has processes for twice as many tasks that wait, of which some may be of other families. */
    private static final int DEEPEST = 32;

    private final JobBook book;

    Reach(JobBook book) {
        this.book = book;
    }

    /** Whether the session may say that; if not, it has been told. */
    boolean allows(ClientPort client, FromClient message) {
        Optional<JobId> within = book.tasks.jobOf(client);
        if (within.isEmpty() || message instanceof FromClient.ListJobs || message instanceof FromClient.ListWorkers) {
            return true;
        }
        if (message instanceof FromClient.Submit submit) {
            return mayStart(client, within.get(), submit);
        }
        Optional<JobId> about = subject(message);
        if (about.isEmpty()) {
            return refuse(client, message, Problem.REJECTED, "A task may not ask that; ask from outside the cluster");
        }
        JobRecord job = book.find(about.get());
        return (job != null && job.parent.equals(within))
                || refuse(
                        client,
                        message,
                        Problem.UNKNOWN_JOB,
                        "There is no job " + about.get() + " among those that tasks of job " + within.get()
                                + " have started");
    }

    private boolean mayStart(ClientPort client, JobId within, FromClient.Submit submit) {
        JobRecord parent = book.find(within);
        if (parent != null && parent.depth >= DEEPEST) {
            return refuse(
                    client,
                    submit,
                    Problem.REJECTED,
                    "Jobs may be nested " + DEEPEST + " deep, and this would be one more: each level has processes that"
                            + " wait for the next; do more in one task, or let it return what is to be done next");
        }
        return submit.spec().live()
                || refuse(client, submit, Problem.REJECTED, "A job that a task starts ends with it; make it live");
    }

    /** The jobs that exist for the session. */
    Collection<JobRecord> all(ClientPort client) {
        Optional<JobId> within = book.tasks.jobOf(client);
        return within.isEmpty()
                ? book.all()
                : book.all().stream().filter(job -> job.parent.equals(within)).toList();
    }

    private static boolean refuse(ClientPort client, FromClient message, Problem problem, String why) {
        Requests.requestOf(message)
                .ifPresent(request -> client.send(new ToClient.RequestFailed(request, problem, why)));
        return false;
    }

    /** The job that a message is about, of those that a task may send. */
    private static Optional<JobId> subject(FromClient message) {
        if (message instanceof FromClient.Items items) {
            return Optional.of(items.job());
        } else if (message instanceof FromClient.ItemsEnded ended) {
            return Optional.of(ended.job());
        } else if (message instanceof FromClient.Cancel cancel) {
            return Optional.of(cancel.job());
        } else if (message instanceof FromClient.CancelItem cancel) {
            return Optional.of(cancel.job());
        } else if (message instanceof FromClient.Tell tell) {
            return Optional.of(tell.job());
        } else if (message instanceof FromClient.DescribeJob describe) {
            return Optional.of(describe.job());
        } else if (message instanceof FromClient.Watch watch) {
            return Optional.of(watch.job());
        } else if (message instanceof FromClient.Explain explain) {
            return Optional.of(explain.job());
        }
        return Optional.empty();
    }
}
