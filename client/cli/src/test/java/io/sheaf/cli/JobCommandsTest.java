package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.client.session.JobListener;
import io.sheaf.client.session.RequestFailedException;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.Problem;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Label;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.job.WorkerStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobCommandsTest {
    private static final List<Label> LABELS = List.of(new Label("gpu", "2"), new Label("zone", "eu"));

    private static final WorkerStatus WORKER = new WorkerStatus(
            new WorkerInfo(new WorkerId("w1"), "h1", 42, 4, 200, "0.1.0", LABELS), 3, 1_700_000_000_000L, 12, false, 5);

    private static final String NEXT =
            "Next: sheaf retry 7 --failed [--jar NEW], or sheaf replay 7 2 to see one of them on" + " this machine\n";

    @TempDir
    Path folder;

    private static FakeCluster knows(JobStatus status) {
        return new FakeCluster()
                .answer(FromClient.DescribeJob.class, asked -> new ToClient.Job(asked.request(), status))
                .answer(FromClient.ListJobs.class, asked -> new ToClient.Jobs(asked.request(), List.of(status)))
                .answer(FromClient.Cancel.class, asked -> new ToClient.Job(asked.request(), status));
    }

    private static Segment texts(long from, String... texts) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        for (String text : texts) {
            writer.add(text);
        }
        return writer.take(from);
    }

    @Test
    void everyCommandKeepsThePromiseOfItsJson() {
        JobStatus failed = FakeCluster.status(JobState.FAILED, 2, 1);
        assertThat(Typed.run(knows(failed), "job", "7", "--json").out()).isEqualTo(Golden.text("job"));
        assertThat(Typed.run(knows(failed), "job", "last", "--json").out()).isEqualTo(Golden.text("job"));
        assertThat(Typed.run(knows(failed), "cancel", "7", "--json").out()).isEqualTo(Golden.text("job"));
        FakeCluster waiting = knows(failed).tellsWatchers(listener -> listener.ended(failed));
        Typed waited = Typed.run(waiting, "wait", "7", "--json");
        assertThat(waited).isEqualTo(new Typed(1, Golden.text("job"), ""));
        assertThat(Typed.run(knows(FakeCluster.status(JobState.RUNNING, 2, 0)), "jobs", "--json")
                        .out())
                .isEqualTo(Golden.text("jobs"));
        assertThat(Typed.run(cluster(), "workers", "--json").out()).isEqualTo(Golden.text("workers"));
        assertThat(Typed.run(cluster(), "info", "--json", "--settings").out()).isEqualTo(Golden.text("info"));
        assertThat(Typed.run(cluster(), "logs", "7", "--json").out()).isEqualTo(Golden.text("logs"));
    }

    private static FakeCluster cluster() {
        List<Output> printed = List.of(new Output(0, false, "hello\n"), new Output(0, true, "oops\n"));
        return new FakeCluster()
                .answer(FromClient.ListWorkers.class, asked -> new ToClient.Workers(asked.request(), List.of(WORKER)))
                .answer(
                        FromClient.DescribeCluster.class,
                        asked -> new ToClient.Cluster(
                                asked.request(),
                                "0.1.0",
                                "h1",
                                41,
                                1_700_000_000_000L,
                                1_700_000_000_000L,
                                1,
                                4,
                                2,
                                List.of("sheaf.http.port = 8520 (default)")))
                .answer(FromClient.FetchLog.class, asked -> new ToClient.Log(asked.request(), printed, 2, 0));
    }

    @Test
    void retryRunsWhatFailedOrAllThatHasNoResultWithOtherCodeIfAsked() throws IOException {
        FakeCluster cluster = knows(FakeCluster.status(JobState.FAILED, 1, 1));
        assertThat(Typed.run(cluster, "retry", "7", "--failed")).isEqualTo(new Typed(0, "7\n", ""));
        assertThat(Typed.run(cluster, "retry", "last", "--json")).isEqualTo(new Typed(0, "{\"id\":7}\n", ""));
        String jar = TestJar.tasks(folder).toString();
        assertThat(Typed.run(cluster, "retry", "7", "--failed", "--jar", jar).exitCode())
                .isZero();
        assertThat(cluster.retried).containsExactly("7 failed", "7 all", "7 failed new code");
        Typed none = Typed.run(
                cluster, "retry", "7", "--jar", folder.resolve("none.jar").toString());
        assertThat(none.exitCode()).isEqualTo(8);
        assertThat(none.err()).contains("There is no jar");
    }

    @Test
    void aWorkerIsDrainedAndOneThatIsNotThereIsNotFound() {
        FakeCluster cluster = cluster()
                .answer(
                        FromClient.Drain.class,
                        asked -> asked.worker().name().equals("w1")
                                ? new ToClient.Workers(asked.request(), List.of(WORKER))
                                : refusing(Problem.UNKNOWN_WORKER, "There is no worker " + asked.worker()));
        assertThat(Typed.run(cluster, "drain", "w1"))
                .isEqualTo(new Typed(0, "Worker w1 takes nothing new, and ends once its 3 busy slots are free\n", ""));
        assertThat(Typed.run(cluster, "drain", "w1", "--json").out()).isEqualTo("{\"id\":\"w1\",\"busy\":3}\n");
        assertThat(Typed.run(cluster, "drain", "w2")).isEqualTo(new Typed(3, "", "sheaf: There is no worker w2\n"));
    }

    private static ToClient refusing(Problem problem, String why) {
        throw new RequestFailedException(problem, why);
    }

    @Test
    void followedLogsGoOnUntilTheJobHasEnded() {
        AtomicInteger looks = new AtomicInteger();
        FakeCluster cluster = new FakeCluster()
                .answer(
                        FromClient.DescribeJob.class,
                        asked -> new ToClient.Job(
                                asked.request(),
                                FakeCluster.status(
                                        looks.incrementAndGet() < 3 ? JobState.RUNNING : JobState.SUCCEEDED, 2, 0)))
                .answer(
                        FromClient.FetchLog.class,
                        asked -> new ToClient.Log(
                                asked.request(),
                                List.of(new Output(0, false, "from " + asked.from() + "\n")),
                                asked.from() + 1,
                                0));
        assertThat(Typed.run(cluster, "logs", "7", "-f")).isEqualTo(new Typed(0, "from 0\nfrom 1\nfrom 2\n", ""));
    }

    @Test
    void topInAPipeIsOneLook() {
        FakeCluster cluster = cluster()
                .answer(
                        FromClient.ListJobs.class,
                        asked -> new ToClient.Jobs(
                                asked.request(), List.of(FakeCluster.status(JobState.RUNNING, 2, 0))));
        assertThat(Typed.run(cluster, "top", "--json").out()).isEqualTo(Golden.text("top"));
        Typed text = Typed.run(cluster, "top");
        assertThat(text.exitCode()).isZero();
        assertThat(text.out().lines().toList())
                .anySatisfy(line -> assertThat(line).contains("w1", "[###############     ]", "3/4"))
                .anySatisfy(line -> assertThat(line).contains("     7  RUNNING", "2/2", "nightly"));
    }

    @Test
    void topFitsItsScreen() {
        List<JobStatus> jobs = Collections.nCopies(100, FakeCluster.status(JobState.RUNNING, 2, 0));
        List<WorkerStatus> workers = Collections.nCopies(50, WORKER);
        ToClient.Cluster about = new ToClient.Cluster(1, "0.1.0", "h1", 41, 1, 1, 50, 200, 100, List.of());
        List<String> lines =
                new TopView(1, about, workers, jobs).text(60, 23).lines().toList();
        assertThat(lines).hasSize(23).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(60));
        assertThat(lines).filteredOn(line -> line.contains("more")).hasSize(2);
    }

    @Test
    void logsGoWhereTheTasksWroteThem() {
        assertThat(Typed.run(cluster(), "logs", "7")).isEqualTo(new Typed(0, "hello\n", "oops\n"));
    }

    @Test
    void tablesHaveALineForEachJobAndWorker() {
        Typed jobs = Typed.run(knows(FakeCluster.status(JobState.RUNNING, 2, 0)), "jobs");
        assertThat(jobs.out())
                .startsWith("    ID  STATE ")
                .contains("     7  RUNNING ")
                .contains("2/2")
                .endsWith("nightly\n");
        Typed workers = Typed.run(cluster(), "workers");
        assertThat(workers.out())
                .startsWith("WORKER ")
                .containsPattern("w1 +h1 +42 +3/4 +12  20.* gpu=2 zone=eu\n")
                .hasLineCount(2);
        assertThat(Typed.run(cluster(), "info").out()).contains("1 workers with 4 slots");
    }

    @Test
    void resultsOfSeveralPagesArePrintedAsTextAndAsJson() throws IOException {
        Segment first = texts(0, "\"a \\\"b\\\"\"", "{\"rows\":1}");
        FakeCluster cluster = knows(FakeCluster.status(JobState.FAILED, 2, 1))
                .answer(
                        FromClient.FetchResults.class,
                        asked -> asked.from() == 0
                                ? new ToClient.Page(1, List.of(first), List.of(), 2, false)
                                : new ToClient.Page(1, List.of(), List.of(MapCommandTest.threw(2, "no")), 3, true));
        assertThat(Typed.run(cluster, "results", "7", "--json").out()).isEqualTo(Golden.text("results"));
        assertThat(Typed.run(cluster, "results", "7"))
                .isEqualTo(new Typed(
                        1,
                        "a \"b\"\n{\"rows\":1}\n",
                        "sheaf: 1 item failed:\n  1 × java.lang.Error: no  (item 2)\n" + NEXT));
    }

    @Test
    void resultsOfARunningJobStopAtTheFirstThatIsMissingAndOfACancelledOneDoNot() throws IOException {
        Segment first = texts(0, "1");
        Segment third = texts(2, "3");
        FakeCluster running = knows(FakeCluster.status(JobState.RUNNING, 1, 0))
                .answer(
                        FromClient.FetchResults.class,
                        asked -> new ToClient.Page(
                                1, asked.from() == 0 ? List.of(first) : List.of(), List.of(), 1, false));
        Typed some = Typed.run(running, "results", "7");
        assertThat(some.exitCode()).isZero();
        assertThat(some.out()).isEqualTo("1\n");
        assertThat(some.err())
                .contains("has not ended; these are the first 1 items")
                .contains("sheaf wait 7");
        FakeCluster cancelled = knows(FakeCluster.status(JobState.CANCELLED, 2, 0))
                .answer(
                        FromClient.FetchResults.class,
                        asked -> new ToClient.Page(1, List.of(first, third), List.of(), 3, true));
        Typed rest = Typed.run(cancelled, "results", "7");
        assertThat(rest.exitCode()).isEqualTo(7);
        assertThat(rest.out()).isEqualTo("1\n3\n");
    }

    @Test
    void waitSaysByItsExitCodeHowTheJobEnded() {
        assertThat(waits(listener -> listener.ended(FakeCluster.status(JobState.SUCCEEDED, 1, 0))))
                .isZero();
        assertThat(waits(listener -> listener.ended(FakeCluster.status(JobState.FAILED, 1, 1))))
                .isEqualTo(1);
        assertThat(waits(listener -> {})).isEqualTo(6);
        assertThat(waits(listener -> listener.ended(FakeCluster.status(JobState.CANCELLED, 1, 0))))
                .isEqualTo(7);
    }

    private static int waits(Consumer<JobListener> told) {
        FakeCluster cluster = new FakeCluster().tellsWatchers(told);
        return Typed.run(cluster, "wait", "7", "--timeout", "10ms").exitCode();
    }

    @Test
    void submitPrintsTheIdAloneAndSaysWhereTheResultsAre() throws IOException {
        String jar = TestJar.tasks(folder).toString();
        String[] submit = {"submit", "com.acme.Tasks::count", "--jar", jar, ":::", "a", "b"};
        FakeCluster cluster = knows(FakeCluster.status(JobState.RUNNING, 0, 0));
        Typed typed = Typed.run(cluster, submit);
        assertThat(typed).isEqualTo(new Typed(0, "7\n", ""));
        assertThat(cluster.items).containsExactly("a", "b");
        assertThat(cluster.submitted().live()).isFalse();
        assertThat(cluster.submitted().form()).isEqualTo(ResultForm.JSON);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CliMain.run(Typed.console("", new ByteArrayOutputStream(), err, true), cluster, submit);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("sheaf wait 7 && sheaf results 7");
        String[] json = Stream.concat(
                        Stream.of("submit", "--json", "--quiet"),
                        Stream.of(submit).skip(1))
                .toArray(String[]::new);
        assertThat(Typed.run(cluster, json)).isEqualTo(new Typed(0, Golden.text("submit"), ""));
    }

    @Test
    void aSubmitHasTheKeyThatItsUserGivesItOrOneOfItsOwn() throws IOException {
        String jar = TestJar.tasks(folder).toString();
        FakeCluster cluster = knows(FakeCluster.status(JobState.RUNNING, 0, 0));
        Typed.run(cluster, "submit", "--id", "nightly", "com.acme.Tasks::count", "--jar", jar, ":::", "a");
        Typed.run(cluster, "submit", "com.acme.Tasks::count", "--jar", jar, ":::", "a");
        Typed.run(cluster, "submit", "com.acme.Tasks::count", "--jar", jar, ":::", "a");
        assertThat(cluster.keys).hasSize(3).doesNotHaveDuplicates().startsWith("nightly");
    }

    @Test
    void aJobIsForgottenByItsNumber() {
        List<FromClient.Forget> asked = new ArrayList<>();
        JobStatus ended = FakeCluster.status(JobState.FAILED, 2, 1);
        FakeCluster cluster = knows(ended).answer(FromClient.Forget.class, forget -> {
            asked.add(forget);
            return new ToClient.Job(forget.request(), ended);
        });
        assertThat(Typed.run(cluster, "job", "forget", "7")).isEqualTo(new Typed(0, "Job 7 is forgotten\n", ""));
        assertThat(Typed.run(cluster, "job", "forget", "last", "--json").out()).isEqualTo(Golden.text("job"));
        assertThat(asked).extracting(FromClient.Forget::job).containsExactly(FakeCluster.JOB, FakeCluster.JOB);
        assertThat(Typed.run(cluster, "job", "forget").exitCode()).isEqualTo(2);
        assertThat(Typed.run(cluster, "job", "7", "8").exitCode()).isEqualTo(2);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aJobThatEndsWhileItsItemsAreSentEndsSubmitToo() throws IOException {
        String jar = TestJar.tasks(folder).toString();
        FakeCluster cluster = knows(FakeCluster.status(JobState.CANCELLED, 0, 0))
                .tellsWatchers(listener -> listener.ended(FakeCluster.status(JobState.CANCELLED, 0, 0)));
        Typed typed = Typed.run(cluster, "submit", "com.acme.Tasks::count", "--jar", jar, ":::", "a");
        assertThat(typed.exitCode()).isEqualTo(7);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err()).contains("Job 7 ended before all its items were sent");
    }

    @Test
    void aJobThatFailsTooOftenWhileItsItemsAreSentEndsSubmitWithItsReason() throws IOException {
        String jar = TestJar.tasks(folder).toString();
        JobStatus failed = FakeCluster.status(JobState.FAILED, 1, 2, "More than 1 items failed");
        FakeCluster cluster = knows(failed).tellsWatchers(listener -> listener.ended(failed));
        Typed typed =
                Typed.run(cluster, "submit", "com.acme.Tasks::count", "--jar", jar, "--max-fails", "1", ":::", "a");
        assertThat(typed)
                .isEqualTo(new Typed(
                        1, "", "sheaf: Job 7 ended before all its items were sent: More than 1 items failed\n"));
    }

    @Test
    void theDetailsOfAJobCountItsRetries() {
        assertThat(Typed.run(knows(FakeCluster.status(JobState.RUNNING, 2, 0)), "job", "7")
                        .out())
                .contains("requeued    1\nretried     2\n");
    }

    @Test
    void everyRefusalHasItsExitCodeAndOneLine() {
        assertThat(Typed.run(new FakeCluster(), "job", "9")).isEqualTo(new Typed(3, "", "sheaf: There is no job 9\n"));
        assertThat(Typed.run(new FakeCluster().cannotBeReached("Nobody is there; start it"), "jobs"))
                .isEqualTo(new Typed(5, "", "sheaf: Nobody is there; start it\n"));
        assertThat(refused(Problem.NOT_AUTHENTICATED)).isEqualTo(4);
        assertThat(refused(Problem.REJECTED)).isEqualTo(8);
        assertThat(refused(Problem.SHUTTING_DOWN)).isEqualTo(5);
    }

    private static int refused(Problem problem) {
        FakeCluster cluster = new FakeCluster().answer(FromClient.ListJobs.class, asked -> {
            throw new RequestFailedException(problem, "no");
        });
        return Typed.run(cluster, "jobs").exitCode();
    }
}
