package io.sheaf.coordinator.dispatch;

import io.sheaf.Workload;
import io.sheaf.coordinator.scheduling.Load;
import io.sheaf.coordinator.scheduling.Overview;
import io.sheaf.coordinator.scheduling.TaskScheduler;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.WorkerConversation.ToWorker;
import io.sheaf.protocol.job.ItemStory;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Reason;
import io.sheaf.protocol.job.WorkerStatus;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Answers clients. For one thread. */
final class Requests {
    private static final int MOST_NAMED = 5;

    private final CoordinatorInfo about;
    private final TaskScheduler scheduler;
    private final Fleet fleet;
    private final JobBook book;
    private final Reach reach;
    private final Reruns reruns;
    private final Consumer<FromClient.Tell> tell;
    private final Submissions submissions;
    private final List<Runnable> afterwards = new ArrayList<>();
    private final List<Aftermath.Promise> promises = new ArrayList<>();

    Requests(
            CoordinatorInfo about, TaskScheduler scheduler, Fleet fleet, JobBook book, Consumer<FromClient.Tell> tell) {
        this.about = about;
        this.scheduler = scheduler;
        this.fleet = fleet;
        this.book = book;
        this.reach = new Reach(book);
        this.reruns = new Reruns(book, scheduler, promises::add);
        this.submissions = new Submissions(book, promises::add);
        this.tell = tell;
    }

    CoordinatorInfo about() {
        return about;
    }

    /** What has been promised since the last call, to be said once it is written down. */
    List<Aftermath.Promise> promises() {
        List<Aftermath.Promise> made = List.copyOf(promises);
        promises.clear();
        return made;
    }

    /** What was asked is carried out; gives the answers that say how. */
    void conclude() {
        afterwards.forEach(Runnable::run);
        afterwards.clear();
    }

    void answer(ClientPort client, FromClient message) {
        if (!reach.allows(client, message)) {
            return;
        }
        if (message instanceof FromClient.Submit submit) {
            submissions.submit(client, submit);
        } else if (message instanceof FromClient.Items items) {
            JobRecord job = book.find(items.job());
            if (job != null) {
                book.arrived(job, items.items());
            }
        } else if (message instanceof FromClient.ItemsEnded ended) {
            JobRecord job = book.find(ended.job());
            if (job != null) {
                book.inputEnded(job, ended.total());
            }
        } else if (message instanceof FromClient.Cancel cancel) {
            withJob(client, cancel.request(), cancel.job(), job -> {
                book.cancel(job, "cancelled by a client");
                afterwards.add(() -> client.send(new ToClient.Job(cancel.request(), book.status(job))));
            });
        } else if (message instanceof FromClient.Retry retry) {
            withJob(client, retry.request(), retry.job(), job -> reruns.retry(client, retry, job));
        } else if (message instanceof FromClient.Forget forget) {
            withJob(client, forget.request(), forget.job(), job -> reruns.forget(client, forget, job));
        } else if (message instanceof FromClient.CancelItem cancel) {
            scheduler.itemCancelled(cancel.job(), cancel.index());
        } else if (message instanceof FromClient.Tell words) {
            tell.accept(words);
        } else {
            // Asked after what was said before, so answered after what followed from that.
            afterwards.add(() -> query(client, message));
        }
    }

    private void query(ClientPort client, FromClient message) {
        if (message instanceof FromClient.ListJobs list) {
            client.send(new ToClient.Jobs(
                    list.request(), reach.all(client).stream().map(book::status).toList()));
        } else if (message instanceof FromClient.DescribeJob describe) {
            withJob(
                    client,
                    describe.request(),
                    describe.job(),
                    job -> client.send(new ToClient.Job(describe.request(), book.status(job))));
        } else if (message instanceof FromClient.Watch watch) {
            withJob(client, watch.request(), watch.job(), job -> watch(client, watch.request(), job));
        } else if (message instanceof FromClient.FetchResults fetch) {
            withJob(client, fetch.request(), fetch.job(), job -> results(client, fetch, job));
        } else if (message instanceof FromClient.FetchLog fetch) {
            withJob(
                    client,
                    fetch.request(),
                    fetch.job(),
                    job -> client.send(job.kept.log(fetch.request(), fetch.from())));
        } else if (message instanceof FromClient.Explain explain) {
            withJob(client, explain.request(), explain.job(), job -> explain(client, explain, job));
        } else if (message instanceof FromClient.FetchItem fetch) {
            withJob(client, fetch.request(), fetch.job(), job -> reruns.item(client, fetch, job));
        } else if (message instanceof FromClient.Drain drain) {
            drain(client, drain);
        } else if (message instanceof FromClient.ListWorkers list) {
            client.send(new ToClient.Workers(list.request(), workers()));
        } else if (message instanceof FromClient.DescribeCluster describe) {
            client.send(cluster(describe.request()));
        }
    }

    /** The answer to whatever is asked while nothing can be granted any more. */
    static Optional<ToClient> refusal(FromClient message) {
        return requestOf(message).stream()
                .<ToClient>mapToObj(request -> new ToClient.RequestFailed(
                        request, Problem.SHUTTING_DOWN, "The coordinator is shutting down; try again once it is back"))
                .findFirst();
    }

    static OptionalLong requestOf(FromClient message) {
        if (message instanceof FromClient.Submit submit) {
            return OptionalLong.of(submit.request());
        } else if (message instanceof FromClient.Cancel cancel) {
            return OptionalLong.of(cancel.request());
        } else if (message instanceof FromClient.ListJobs list) {
            return OptionalLong.of(list.request());
        } else if (message instanceof FromClient.DescribeJob describe) {
            return OptionalLong.of(describe.request());
        } else if (message instanceof FromClient.Watch watch) {
            return OptionalLong.of(watch.request());
        } else if (message instanceof FromClient.FetchResults fetch) {
            return OptionalLong.of(fetch.request());
        } else if (message instanceof FromClient.FetchLog fetch) {
            return OptionalLong.of(fetch.request());
        } else if (message instanceof FromClient.Explain explain) {
            return OptionalLong.of(explain.request());
        } else if (message instanceof FromClient.Retry retry) {
            return OptionalLong.of(retry.request());
        } else if (message instanceof FromClient.Forget forget) {
            return OptionalLong.of(forget.request());
        } else if (message instanceof FromClient.FetchItem fetch) {
            return OptionalLong.of(fetch.request());
        } else if (message instanceof FromClient.FetchCode fetch) {
            return OptionalLong.of(fetch.request());
        } else if (message instanceof FromClient.Drain drain) {
            return OptionalLong.of(drain.request());
        } else if (message instanceof FromClient.ListWorkers list) {
            return OptionalLong.of(list.request());
        } else if (message instanceof FromClient.DescribeCluster describe) {
            return OptionalLong.of(describe.request());
        }
        return OptionalLong.empty();
    }

    private void watch(ClientPort client, long request, JobRecord job) {
        client.send(new ToClient.Job(request, book.status(job)));
        if (job.state().ended()) {
            client.send(new ToClient.Ended(book.status(job)));
        } else {
            job.watchers.add(client);
        }
    }

    private static void results(ClientPort client, FromClient.FetchResults fetch, JobRecord job) {
        if (job.spec.live()) {
            client.send(new ToClient.RequestFailed(
                    fetch.request(),
                    Problem.REJECTED,
                    "The results of job " + job.id
                            + " went to the client that ran it; only those of `submit` are kept"));
            return;
        }
        client.send(job.kept.page(
                fetch.request(), fetch.from(), job.total(), job.state().ended()));
    }

    private void explain(ClientPort client, FromClient.Explain explain, JobRecord job) {
        Overview overview = scheduler.overview();
        List<ItemStory> stories = explain.index().isPresent()
                ? List.of(story(job, explain.index().getAsLong()))
                : overview.stories(job.id);
        List<Reason> reasons = new ArrayList<>(overview.reasons(job.id));
        startedByItsTasks(job).ifPresent(reasons::add);
        client.send(new ToClient.Explanation(explain.request(), book.status(job), reasons, stories));
    }

    private Optional<Reason> startedByItsTasks(JobRecord job) {
        List<JobRecord> open = book.openWithin(job.id);
        if (open.isEmpty()) {
            return Optional.empty();
        }
        String ids = open.stream()
                .limit(MOST_NAMED)
                .map(inner -> inner.id.toString())
                .collect(Collectors.joining(", ", "", open.size() > MOST_NAMED ? ", ..." : ""));
        String words =
                (open.size() == 1 ? "A job that its tasks have started has" : "Jobs that its tasks have started have")
                        + " not ended: " + ids + "; what holds that up is explained there.";
        return Optional.of(new Reason(0, "", words, book.age(open.get(0))));
    }

    private ItemStory story(JobRecord job, long index) {
        return job.kept
                .failure(index)
                .map(failure -> new ItemStory(
                        index,
                        "it has failed after " + failure.attempts()
                                + (failure.attempts() == 1 ? " attempt" : " attempts") + ": "
                                + failure.failure().headline(),
                        List.of()))
                .orElseGet(() -> scheduler.overview().story(job.id, index));
    }

    private List<WorkerStatus> workers() {
        List<WorkerStatus> all = new ArrayList<>();
        for (Fleet.Member member : fleet.all()) {
            Load load = scheduler.overview().load(member.info().id());
            boolean leaving = scheduler.overview().isLeaving(member.info().id());
            all.add(new WorkerStatus(
                    member.info(), load.busy(), member.joinedAt(), load.completed(), leaving, member.clockAhead()));
        }
        return all;
    }

    private void drain(ClientPort client, FromClient.Drain drain) {
        Fleet.Member member = fleet.named(drain.worker());
        if (member == null) {
            client.send(new ToClient.RequestFailed(
                    drain.request(),
                    Problem.UNKNOWN_WORKER,
                    "There is no worker " + drain.worker() + "; `sheaf workers` lists those that are here"));
            return;
        }
        member.port().send(new ToWorker.Leave());
        client.send(new ToClient.Workers(drain.request(), workers()));
    }

    private ToClient cluster(long request) {
        return new ToClient.Cluster(
                request,
                about.version(),
                about.host(),
                about.pid(),
                about.startedAt(),
                book.now(),
                fleet.all().size(),
                scheduler.overview().slots(Workload.CPU),
                book.all().stream().filter(job -> !job.state().ended()).count(),
                about.settings());
    }

    private void withJob(ClientPort client, long request, JobId id, Consumer<JobRecord> answer) {
        JobRecord job = book.find(id);
        if (job == null) {
            client.send(new ToClient.RequestFailed(
                    request,
                    Problem.UNKNOWN_JOB,
                    "There is no job " + id + "; `sheaf jobs` lists those that are known"));
            return;
        }
        try {
            answer.accept(job);
        } catch (UncheckedIOException e) {
            client.send(new ToClient.RequestFailed(
                    request,
                    Problem.REJECTED,
                    "What is kept of job " + id + " cannot be read back from disk: " + e.getMessage()));
        }
    }
}
