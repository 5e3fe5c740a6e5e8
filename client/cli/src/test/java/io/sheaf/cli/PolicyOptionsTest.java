package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.Workload;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Policy;
import io.sheaf.protocol.job.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PolicyOptionsTest {
    @TempDir
    static Path folder;

    private static Path jar = Path.of("");

    @BeforeAll
    static void compile() throws IOException {
        jar = TestJar.tasks(folder);
    }

    private static Typed run(FakeCluster cluster, String command, String... options) {
        String[] what = {command, "com.acme.Tasks::count", "--jar", jar.toString(), "--range", "1..3", "--quiet"};
        return Typed.run(
                cluster, Stream.concat(Stream.of(what), Stream.of(options)).toArray(String[]::new));
    }

    @Test
    void whatIsNotSaidIsTheDefault() {
        for (String command : List.of("map", "submit")) {
            FakeCluster cluster = new FakeCluster();
            assertThat(run(cluster, command).exitCode()).isZero();
            assertThat(cluster.submitted().policy()).isEqualTo(Policy.defaults());
        }
    }

    @Test
    void everyOptionReachesTheJobOfMapAndOfSubmit() {
        String[] options = {
            "--chunk-size",
            "5",
            "--retries",
            "4",
            "--retry-backoff",
            "200ms",
            "--timeout",
            "30s",
            "--priority",
            "-2",
            "--weight",
            "3",
            "--max-fails",
            "0",
            "-j",
            "8",
            "--max-tasks-per-process",
            "7",
            "--speculative",
            "--durable",
            "--workload",
            "io",
            "--requires",
            "gpu=0.5",
            "--requires",
            "zone=eu"
        };
        Policy expected = new Policy(
                5,
                new Policy.Attempts(4, 200, 30_000, 0),
                new Policy.Share(-2, 3, 8, List.of(new Requirement("gpu", 500), new Requirement("zone=eu", 1000))),
                7,
                true,
                Workload.IO);

        for (String command : List.of("map", "submit")) {
            FakeCluster cluster = new FakeCluster();
            assertThat(run(cluster, command, options).exitCode()).isZero();
            assertThat(cluster.submitted().policy()).isEqualTo(expected);
            assertThat(cluster.submitted().durable()).isTrue();
        }
    }

    @Test
    void whatMakesNoSenseIsAUsageErrorThatSaysWhatWouldBeRight() {
        refused("--retries: retries must be 0 (none) or more, but is -1", "--retries", "-1");
        refused("'--retries'", "--retries", "many");
        refused("--retry-backoff: 'soon' is no time; write 500ms, 30s", "--retry-backoff", "soon");
        refused("--retry-backoff: retryBackoff must be zero (retry at once), or 1 ms to 5", "--retry-backoff", "1h");
        refused("--timeout: '1 day' is no time; write 500ms, 30s", "--timeout", "1 day");
        refused("--max-fails must be 0 (stop at the first failed item) or more", "--max-fails", "-1");
        refused("-j must be 0 (as many items as fit) or more, but is -4", "-j", "-4");
        refused("--workload must be cpu or io, but is gpu", "--workload", "gpu");
        refused("--weight: weight must be 1 or more, but is 0", "--weight", "0");
        refused("--max-tasks-per-process: maxTasksPerProcess must be 0 (never)", "--max-tasks-per-process", "-1");
        refused(
                "--requires: 'gpu' is no requirement; write LABEL=AMOUNT, as gpu=1, or LABEL=VALUE",
                "--requires",
                "gpu");
        refused("--requires: '=1' is no requirement", "--requires", "=1");
        refused("--requires: 'zone=' is no requirement", "--requires", "zone=");
        refused("amount of gpu must be a number of at least 0.001, but is -1.0", "--requires", "gpu=-1");
        refused("amount of gpu must be a number of at least 0.001, but is 0.0", "--requires", "gpu=0");
        refused("names the label of 'gpu=2' twice", "--requires", "gpu=1", "--requires", "gpu=2");
    }

    private static void refused(String words, String... options) {
        for (String command : List.of("map", "submit")) {
            FakeCluster cluster = new FakeCluster();
            Typed typed = run(cluster, command, options);
            assertThat(typed.exitCode()).as(String.join(" ", options)).isEqualTo(2);
            assertThat(typed.err()).startsWith("sheaf: ").contains(words);
            assertThat(typed.out()).isEmpty();
            assertThat(cluster.isUntouched()).isTrue();
        }
    }

    @Test
    void aJobThatEndsEarlyForItsFailuresSaysSoAndExitsWith1() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.failed(MapCommandTest.threw(0, "no"));
            listener.failed(MapCommandTest.threw(2, "no"));
            listener.ended(
                    FakeCluster.status(JobState.FAILED, 1, 2, "More than 1 items failed; the rest was cancelled"));
        });

        assertThat(run(cluster, "map", "--max-fails", "1")).isEqualTo(new Typed(1, "", """
                sheaf: the job was ended early: More than 1 items failed; the rest was cancelled
                sheaf: 2 of 3 items that were run failed:
                  2 × java.lang.Error: no  (1, 3)
                """));
    }

    @Test
    void aJobThatCanRunNowhereIsRejected() {
        FakeCluster cluster = new FakeCluster()
                .tells(listener -> listener.ended(FakeCluster.status(JobState.FAILED, 0, 0, "No executor comes up")));

        assertThat(run(cluster, "map"))
                .isEqualTo(new Typed(8, "", "sheaf: the job cannot run: No executor comes up\n"));
    }

    @Test
    void waitingForAJobThatEndedEarlyForItsFailuresExitsWith1() {
        var ended = FakeCluster.status(JobState.FAILED, 1, 2, "More than 1 items failed");
        FakeCluster cluster = new FakeCluster()
                .tellsWatchers(listener -> listener.ended(ended))
                .answer(FromClient.DescribeJob.class, asked -> new ToClient.Job(asked.request(), ended));

        assertThat(Typed.run(cluster, "wait", "7")).isEqualTo(new Typed(1, "", """
                        Job 7 FAILED: 1 succeeded, 2 failed (More than 1 items failed)
                        Next: sheaf results 7 shows how they failed
                        """));
    }
}
