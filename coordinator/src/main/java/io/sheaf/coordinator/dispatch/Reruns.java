package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.JournalFullException;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Source;
import java.util.Optional;
import java.util.function.Consumer;

/** For those who want something of a job that has ended: its items run again, one of them elsewhere, or all of it forgotten. For one thread. */
final class Reruns {
    private final JobBook book;
    private final TaskScheduler scheduler;
    private final Consumer<Aftermath.Promise> promise;

    Reruns(JobBook book, TaskScheduler scheduler, Consumer<Aftermath.Promise> promise) {
        this.book = book;
        this.scheduler = scheduler;
        this.promise = promise;
    }

    /** What has no result is run again, or the client is told why not. */
    void retry(ClientPort client, FromClient.Retry retry, JobRecord job) {
        Optional<String> why = obstacle(job, retry.onlyFailed());
        if (why.isPresent()) {
            client.send(new ToClient.RequestFailed(retry.request(), Problem.REJECTED, why.get()));
            return;
        }
        promise.accept(
                new Aftermath.Promise(job, () -> client.send(new ToClient.Accepted(retry.request(), job.id, 0, 0))));
        book.again(job, retry.code(), retry.onlyFailed());
    }

    /** All of it is given up, or the client is told why not. */
    void forget(ClientPort client, FromClient.Forget forget, JobRecord job) {
        if (!job.state().ended()) {
            client.send(new ToClient.RequestFailed(
                    forget.request(),
                    Problem.REJECTED,
                    "Job " + job.id + " is " + job.state() + "; it can be forgotten once it has ended: `sheaf cancel "
                            + job.id + "` first"));
            return;
        }
        try {
            book.archive.forget(job);
            client.send(new ToClient.Job(forget.request(), book.status(job)));
        } catch (JournalFullException e) {
            client.send(new ToClient.RequestFailed(
                    forget.request(), Problem.NO_ROOM, e.getMessage() + ", not even to forget; free space there"));
        }
    }

    private Optional<String> obstacle(JobRecord job, boolean onlyFailed) {
        String name = "Job " + job.id;
        if (job.spec.live()) {
            return Optional.of(name + " was run by a client that had its results, and its items are not kept;"
                    + " only jobs of `submit` can be retried");
        }
        if (!job.state().ended()) {
            return Optional.of(name + " is " + job.state() + "; it can be retried once it has ended: `sheaf wait "
                    + job.id + "`, or `sheaf cancel " + job.id + "` first");
        }
        if (job.total().isEmpty()) {
            return Optional.of(name + " ended before all its items had come; submit it again");
        }
        if (job.failed() + job.neverEnded() == 0) {
            return Optional.of("Every item of job " + job.id + " has a result; there is nothing to run again");
        }
        if (onlyFailed && job.failed() == 0) {
            return Optional.of("No item of job " + job.id + " has failed, but " + job.neverEnded()
                    + " never ran to an end, since it ended early; `sheaf retry " + job.id
                    + "` without --failed runs these");
        }
        return scheduler.overview().isHere(job.id)
                ? Optional.of("Something of job " + job.id + " is still being stopped; try again in a few seconds")
                : Optional.empty();
    }

    /** What an item is run with. */
    void item(ClientPort client, FromClient.FetchItem fetch, JobRecord job) {
        long index = fetch.index();
        if (job.spec.live()) {
            refuse(
                    client,
                    fetch,
                    Problem.REJECTED,
                    "Job " + job.id + " was run by a client, and its items are not kept; only those of `submit` are");
        } else if (index < 0 || index >= (job.total().isPresent() ? job.total().getAsLong() : job.items.arrived())) {
            String all = job.total().isPresent()
                    ? "has " + job.total().getAsLong() + " items, numbered from 0"
                    : "has not got it yet";
            refuse(
                    client,
                    fetch,
                    Problem.UNKNOWN_ITEM,
                    "There is no item " + index + " in job " + job.id + ", which " + all);
        } else if (job.spec.source() instanceof Source.Range range) {
            client.send(new ToClient.Item(fetch.request(), job.spec, Segment.ofLongs(index, 1, range.first() + index)));
        } else {
            client.send(new ToClient.Item(
                    fetch.request(), job.spec, job.items.slice(index, index + 1).get(0)));
        }
    }

    private static void refuse(ClientPort client, FromClient.FetchItem fetch, Problem problem, String why) {
        client.send(new ToClient.RequestFailed(fetch.request(), problem, why));
    }
}
