package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.Headway;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Live jobs that have outlived the coordinator that their clients were connected with. They go on until these come back,
 * or time is up. For one thread.
 */
final class Orphans {
    private final JobBook book;
    private final Set<JobRecord> jobs = new LinkedHashSet<>();

    Orphans(JobBook book) {
        this.book = book;
    }

    void add(JobRecord job) {
        jobs.add(job);
    }

    boolean has(JobRecord job) {
        return jobs.contains(job);
    }

    /** Nobody has come for these. */
    void giveUp() {
        List<JobRecord> left = List.copyOf(jobs);
        jobs.clear();
        left.forEach(job -> book.cancel(job, "its client did not come back after the coordinator was started again"));
    }

    /** Its client is here again, and has so much of it: it is told the rest. */
    void adopt(JobRecord job, ClientPort client, Headway has) {
        jobs.remove(job);
        job.kept.tell(
                has.ended(),
                results -> client.send(new ToClient.Results(job.id, results)),
                failure -> client.send(new ToClient.Failed(job.id, failure)));
        if (job.state().ended()) {
            client.send(new ToClient.Ended(book.status(job)));
        } else {
            book.audience.own(client, job);
        }
    }
}
