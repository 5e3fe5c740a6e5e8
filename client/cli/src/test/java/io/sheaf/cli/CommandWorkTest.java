package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.NumberedText;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands of the operating system, from what is typed to what is written. */
@Timeout(60)
class CommandWorkTest {
    private static final WorkerId WORKER = new WorkerId("w");

    private static void results(JobListener listener, long from, byte[]... stdouts) {
        SegmentWriter writer = new SegmentWriter();
        try {
            for (byte[] stdout : stdouts) {
                byte[] result = CommandResult.bytes(new CommandResult.Run(1, 2, 1, WORKER), stdout.length);
                System.arraycopy(stdout, 0, result, result.length - stdout.length, stdout.length);
                writer.add(result);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listener.results(writer.take(from));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void whatFollowsTheDashesIsTheCommandAndWhatFollowsTheColonsAreItems() {
        FakeCluster cluster = new FakeCluster();
        Typed typed = Typed.run(
                cluster,
                "--verbose",
                "map",
                "--quiet",
                "--env",
                "A=b=c",
                "--cwd",
                "d",
                "--",
                "gzip",
                "--best",
                "-n",
                "{}",
                ":::",
                "a",
                ":::",
                "--");

        assertThat(typed.exitCode()).as(typed.err()).isZero();
        assertThat(cluster.submitted().work())
                .isEqualTo(new Work.Command(List.of("gzip", "--best", "-n", "{}"), List.of("A=b=c"), Optional.of("d")));
        assertThat(cluster.submitted().name()).isEqualTo("gzip --best -n '{}'");
        assertThat(cluster.items).containsExactly("a", ":::", "--");

        Typed function = Typed.run(new FakeCluster(), "map", "x.Y", "--jar", "no.jar", ":::", "--", "a");
        assertThat(function.err()).isEqualTo("sheaf: There is no jar no.jar\n");
    }

    @Test
    void stdoutIsWrittenByteByByteInTheOrderOfTheItems() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            results(listener, 1, bytes("one\ntwo"), bytes(""));
            results(listener, 0, bytes("zero"));
            listener.ended(FakeCluster.status(JobState.SUCCEEDED, 3, 0));
        });

        assertThat(Typed.run(cluster, "map", "--quiet", "--", "x", ":::", "a", "b", "c")
                        .out())
                .isEqualTo("zeroone\ntwo");
        assertThat(Typed.run(cluster, "map", "--quiet", "--tag", "--", "x", ":::", "a", "b", "c")
                        .out())
                .isEqualTo("a\tzero\nb\tone\nb\ttwo\n");
    }

    @Test
    void jsonHasTextAsTextAndOtherBytesInBase64() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            results(listener, 0, bytes("é\n"), new byte[] {-1});
            Failure failure = new Failure.Exited(0, 9, "", List.of("last words"), 5);
            listener.printed(new Output(2, false, "so far"));
            listener.failed(new ItemFailure(2, 1, WORKER, failure));
            listener.ended(FakeCluster.status(JobState.FAILED, 2, 1));
        });
        Typed typed = Typed.run(cluster, "map", "--quiet", "--json", "--", "x", ":::", "a", "b", "c");

        assertThat(typed.out().lines())
                .containsExactly(
                        "{\"index\":0,\"item\":\"a\",\"result\":\"é\\n\"}",
                        "{\"index\":1,\"item\":\"b\",\"resultBase64\":\"/w==\"}",
                        "{\"index\":2,\"item\":\"c\",\"stdout\":\"so far\"}",
                        "{\"index\":2,\"item\":\"c\",\"error\":{\"class\":null,\"message\":\"killed by SIGKILL\"},"
                                + "\"exitCode\":0,\"signal\":9,\"attempts\":1,\"worker\":\"w\"}");
        assertThat(typed.err()).contains("1 × killed by SIGKILL  (c)\n      stderr: last words\n");
    }

    @Test
    void whatIsResumedKeepsItsNumbers(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("log");
        Files.writeString(log, "1\tw\t1.000\t0.001\t1\t1\t0\t0\techo 1 a\n");
        FakeCluster cluster = new FakeCluster();
        Typed typed =
                Typed.run(cluster, "map", "--resume", log.toString(), "--", "echo", "{#}", "{}", ":::", "a", "b", "é");

        assertThat(typed.exitCode()).as(typed.err()).isZero();
        assertThat(cluster.items)
                .containsExactly(new NumberedText(1, "b").toString(), new NumberedText(2, "é").toString());
    }

    @Test
    void aDryRunPrintsWhatAShellWouldRunAndAsksNobody() {
        FakeCluster nobody = new FakeCluster().cannotBeReached("no");

        Typed words = Typed.run(nobody, "map", "--dry-run", "--", "mv", "{}", "{.}.b", ":::", "x y.a", "z.a");
        assertThat(words.out()).isEqualTo("mv 'x y.a' 'x y.b'\nmv z.a z.b\n");
        assertThat(words.exitCode()).isZero();
        assertThat(Typed.run(nobody, "submit", "--dry-run", "--range", "4..5", "--", "seq")
                        .out())
                .isEqualTo("seq 4\nseq 5\n");
    }

    @Test
    void whatMakesNoSenseIsAUsageErrorInOneLine() {
        List<String[]> wrong = List.of(
                new String[] {"map", "--", ":::", "a"},
                new String[] {"map", "primes", "--", "true", ":::", "a"},
                new String[] {"map", "--env", "A", "--", "true", ":::", "a"},
                new String[] {"map", "--env", "=b", "--", "true", ":::", "a"},
                new String[] {"map", "primes", "--env", "A=b", ":::", "1"},
                new String[] {"submit", "primes", "--cwd", "/", ":::", "1"},
                new String[] {"map", "--", "true"});
        for (String[] arguments : wrong) {
            Typed typed = Typed.run(new FakeCluster(), arguments);
            assertThat(typed.exitCode()).as(typed.err()).isEqualTo(2);
            assertThat(typed.err()).hasLineCount(1).startsWith("sheaf: ");
        }
    }
}
