package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sheaf.protocol.ClientConversation.FromClient;
import io.sheaf.protocol.ClientConversation.ToClient;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.job.WorkerInfo;
import io.sheaf.protocol.job.WorkerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoctorCommandTest {
    @TempDir
    Path folder;

    private static WorkerStatus worker(String version, long clockAhead) {
        WorkerInfo info = new WorkerInfo(new WorkerId("w1"), "h1", 42, 4, 200, version, List.of());
        return new WorkerStatus(info, 0, 1, 0, false, clockAhead);
    }

    private static FakeCluster cluster(long clockAhead, List<String> settings, WorkerStatus... workers) {
        String version = VersionCommand.version();
        return new FakeCluster()
                .answer(
                        FromClient.DescribeCluster.class,
                        asked -> new ToClient.Cluster(
                                asked.request(),
                                version,
                                "h1",
                                41,
                                1,
                                System.currentTimeMillis() + clockAhead,
                                workers.length,
                                4,
                                0,
                                settings))
                .answer(FromClient.ListWorkers.class, asked -> new ToClient.Workers(asked.request(), List.of(workers)));
    }

    private static List<String> problems(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.level() == Finding.Level.PROBLEM)
                .peek(finding -> assertThat(finding.mend()).isNotEmpty())
                .map(finding -> finding.about() + ": " + finding.words())
                .toList();
    }

    private static List<String> problems(FakeCluster cluster) {
        return problems(new ClusterChecks(new ClusterOptions().address(), cluster).run());
    }

    private List<String> problemsHere(Map<String, String> environment) {
        return problems(new HostChecks(folder.resolve("home"), environment).run());
    }

    @Test
    void aSoundClusterHasNoProblem() {
        String version = VersionCommand.version();
        assertThat(problems(cluster(100, List.of("sheaf.coordinator.bind = 127.0.0.1 (default)"), worker(version, 5))))
                .isEmpty();
    }

    @Test
    void clocksVersionsBindingsAndMissingWorkersAreProblems() {
        assertThat(problems(cluster(-90_000, List.of())))
                .hasSize(2)
                .anySatisfy(words -> assertThat(words)
                        .startsWith("clock: The coordinator's clock is ")
                        .endsWith("s behind this one"));
        assertThat(problems(cluster(0, List.of()))).containsExactly("workers: No worker has joined, so nothing runs");
        assertThat(problems(cluster(0, List.of(), worker("0.0.1", 60_000))))
                .anySatisfy(words -> assertThat(words).contains("Worker w1 on h1 is 0.0.1"))
                .anySatisfy(words -> assertThat(words).contains("60 s ahead of the coordinator's"))
                .hasSize(2);
        List<String> bound = List.of(
                "sheaf.coordinator.bind = 127.0.0.1 (default)", "sheaf.coordinator.advertise = 192.0.2.7 (flag)");
        assertThat(problems(cluster(0, bound, worker(VersionCommand.version(), 0))))
                .containsExactly(
                        "binding: The coordinator listens at 127.0.0.1, and tells workers to reach it at 192.0.2.7");
    }

    @Test
    void whatCannotBeReachedIsAProblemAndDoctorExitsWithOne() {
        Typed typed = Typed.run(new FakeCluster().cannotBeReached("No coordinator answers"), "doctor");
        assertThat(typed.exitCode()).isEqualTo(1);
        assertThat(typed.out()).contains("problem  coordinator  No coordinator answers", "→ see whether it runs");
        Typed json = Typed.run(new FakeCluster().cannotBeReached("No coordinator answers"), "doctor", "--json");
        assertThat(json.out())
                .startsWith("{\"problems\":")
                .contains(
                        "{\"level\":\"PROBLEM\",\"about\":\"coordinator\",\"words\":\"No coordinator answers\",\"mend\":\"");
    }

    @Test
    void theFieldsOfItsJsonAreAPromise() throws IOException {
        JsonNode document = new ObjectMapper()
                .readTree(Typed.run(new FakeCluster().cannotBeReached("nobody"), "doctor", "--json")
                        .out());
        assertThat(document.fieldNames()).toIterable().containsExactly("problems", "findings");
        assertThat(document.get("problems").isIntegralNumber()).isTrue();
        assertThat(document.get("findings")).isNotEmpty().allSatisfy(finding -> {
            assertThat(finding.fieldNames()).toIterable().containsExactly("level", "about", "words", "mend");
            assertThat(finding.get("level").asText()).isIn("OK", "NOTE", "PROBLEM");
            assertThat(finding.get("mend").isNull())
                    .isEqualTo(finding.get("level").asText().equals("OK"));
        });
    }

    @Test
    void aTokenOrADirectoryThatOthersCanReadIsAProblem() throws IOException {
        Path home = Files.createDirectory(
                folder.resolve("home"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(problemsHere(Map.of())).isEmpty();
        Path token = Files.writeString(home.resolve("token"), "secret\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(problemsHere(Map.of()))
                .singleElement()
                .asString()
                .startsWith("token: ")
                .contains("can be read by others (rw-r--r--)");
        assertThat(problemsHere(Map.of("SHEAF_TOKEN", "x"))).isEmpty();
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(problemsHere(Map.of())).singleElement().asString().contains("is open to others (rwxr-xr-x)");
    }
}
