package io.sheaf.coordinator.dispatch;

import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobSpec;
import io.sheaf.protocol.job.Source;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes jobs in; one that is known by its key is the same one again. For one thread. */
final class Submissions {
    private static final String NO_JOURNAL =
            "No journal is kept here, so the job cannot be durable; leave `durable` out:"
                    + " should the coordinator be started again, a client that is still there sends what has no result";

    private final JobBook book;
    private final Consumer<Aftermath.Promise> promise;

    /** @param promise is given what to say once it is written down */
    Submissions(JobBook book, Consumer<Aftermath.Promise> promise) {
        this.book = book;
        this.promise = promise;
    }

    void submit(ClientPort client, FromClient.Submit submit) {
        Optional<JobRecord> same = key(client, submit).flatMap(book::keyed);
        if (same.isPresent() && !same.get().spec.live()) {
            again(client, submit, same.get());
        } else if (same.isPresent() && book.orphans.has(same.get())) {
            adopt(client, submit, same.get());
        } else {
            obstacle(client, submit).ifPresentOrElse(client::send, () -> accept(client, submit));
        }
    }

    /** Tasks have no keys: what they start ends with them. */
    private Optional<String> key(ClientPort client, FromClient.Submit submit) {
        return book.tasks.jobOf(client).isPresent() ? Optional.empty() : submit.key();
    }

    private void accept(ClientPort client, FromClient.Submit submit) {
        JobRecord job = book.open(submit.spec(), client, key(client, submit));
        long credit = book.pressure.opened(job, client);
        promise.accept(new Aftermath.Promise(
                job, () -> client.send(new ToClient.Accepted(submit.request(), job.id, credit, 0))));
        book.begin(job, submit.headway());
    }

    private void again(ClientPort client, FromClient.Submit submit, JobRecord job) {
        JobSpec first = job.spec;
        JobSpec second = submit.spec();
        if (second.live()
                || !first.work().equals(second.work())
                || !first.source().equals(second.source())) {
            client.send(refused(
                    submit,
                    Problem.REJECTED,
                    "Job " + job.id + " was submitted under the id " + job.key.orElse("") + " with other work or other"
                            + " items; choose another id, or `sheaf job forget " + job.id + "` first"));
            return;
        }
        long credit = book.pressure.resumed(job, client);
        promise.accept(new Aftermath.Promise(
                job, () -> client.send(new ToClient.Accepted(submit.request(), job.id, credit, job.items.arrived()))));
    }

    /** A live job has outlived the coordinator, and here its client comes again: it is told what it may not have heard. */
    private void adopt(ClientPort client, FromClient.Submit submit, JobRecord job) {
        long credit = book.pressure.resumed(job, client);
        promise.accept(new Aftermath.Promise(job, () -> {
            client.send(new ToClient.Accepted(submit.request(), job.id, credit, job.items.arrived()));
            book.orphans.adopt(job, client, submit.headway());
        }));
    }

    /** Why it is not accepted, as its client is told. */
    private Optional<ToClient> obstacle(ClientPort client, FromClient.Submit submit) {
        JobSpec spec = submit.spec();
        if (spec.source() instanceof Source.Range range && !countable(range)) {
            return Optional.of(refused(submit, Problem.REJECTED, "The range has more than 2^63 items; split it"));
        }
        boolean durable = book.wouldBeDurable(spec, client);
        if (spec.durable() && !durable) {
            String why = book.chronicle.keeps()
                    ? "A job that a task starts ends with it, so it cannot be durable; leave `durable` out"
                    : NO_JOURNAL;
            return Optional.of(refused(submit, Problem.REJECTED, why));
        }
        long most = spec.source() instanceof Source.Range range ? range.count() : Long.MAX_VALUE;
        if (!submit.headway().fits(spec.live() ? most : 0)) {
            return Optional.of(refused(submit, Problem.REJECTED, "The job is said to have come further than it can"));
        }
        Optional<String> unwritten =
                durable || !book.chronicle.hasNumbers() ? book.chronicle.trouble() : Optional.empty();
        return unwritten.or(book.pressure::trouble).map(why -> refused(submit, Problem.NO_ROOM, why));
    }

    private static ToClient refused(FromClient.Submit submit, Problem problem, String why) {
        return new ToClient.RequestFailed(submit.request(), problem, why);
    }

    private static boolean countable(Source.Range range) {
        try {
            return range.count() >= 0;
        } catch (ArithmeticException e) {
            return false;
        }
    }
}
