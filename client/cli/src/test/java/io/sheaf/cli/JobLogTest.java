package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.item.Stamped;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.NumberedText;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobLogTest {
    private static final String WHAT = "com.acme.Tasks::count";
    private static final String HEADER = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

    @TempDir
    Path folder;

    private Path jar = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void compile() throws IOException {
        jar = TestJar.tasks(folder);
        file = folder.resolve("log");
    }

    private String[] map(String... more) {
        return Stream.concat(Stream.of("map", WHAT, "--jar", jar.toString(), "--quiet"), Stream.of(more))
                .toArray(String[]::new);
    }

    private static void results(JobListener listener, long from, String... texts) {
        SegmentWriter writer = new SegmentWriter();
        try {
            for (String text : texts) {
                writer.add(new Stamped(1_700_000_000_250L, 1_500_000_000L, "w", text).written());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listener.results(writer.take(from));
    }

    private static ItemFailure lost(long index, OptionalInt exit, OptionalInt signal) {
        DeathReport death =
                new DeathReport("executor", new WorkerId("w"), "h", OptionalLong.of(9), exit, signal, "", List.of());
        return new ItemFailure(index, 3, new WorkerId("w"), new Failure.Lost(List.of(death)), 2_000_000_000L);
    }

    @Test
    void hasALineForEachItemAsTheyEndInTheColumnsOfGnuParallel() throws IOException {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            results(listener, 1, "zwei", "d");
            listener.failed(MapCommandTest.threw(0, "no"));
            listener.failed(lost(3, OptionalInt.empty(), OptionalInt.of(9)));
            listener.failed(lost(4, OptionalInt.of(0), OptionalInt.empty()));
            listener.ended(FakeCluster.status(JobState.FAILED, 2, 3));
        });
        Typed typed = Typed.run(cluster, map("--joblog", file.toString(), ":::", "p", "ü", "r\ns", "t", "u"));
        assertThat(typed.out()).isEqualTo("zwei\nd\n");
        assertThat(cluster.submitted().form()).isEqualTo(ResultForm.STAMPED_TEXT);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0) + "\n").isEqualTo(HEADER);
        assertThat(lines.subList(1, 3))
                .containsExactly(
                        "2\tw\t1700000000.250\t     1.500\t2\t5\t0\t0\t" + WHAT + " ü",
                        "3\tw\t1700000000.250\t     1.500\t3\t2\t0\t0\t" + WHAT + " r\0s");
        assertThat(lines.get(3)).startsWith("1\tw\t").endsWith("\t     0.000\t1\t0\t1\t0\t" + WHAT + " p");
        assertThat(lines.get(4)).endsWith("\t     2.000\t1\t0\t0\t9\t" + WHAT + " t");
        assertThat(lines.get(5)).endsWith("\t1\t0\t" + WHAT + " u");
        assertThat(lines).hasSize(6);
    }

    @Test
    void commandsAreWrittenAsTheyRanWithTheirExitCodesAndSignals() throws IOException {
        WorkerId worker = new WorkerId("w");
        CommandResult.Run run = new CommandResult.Run(1_700_000_000_250L, 1_500_000_000L, 1, worker);
        byte[] ended = CommandResult.bytes(run, 4);
        System.arraycopy("out\n".getBytes(StandardCharsets.UTF_8), 0, ended, ended.length - 4, 4);
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.results(Segment.ofBytes(0, ended));
            Failure exited = new Failure.Exited(3, 0, "", List.of(), 1_700_000_001_000L);
            listener.failed(new ItemFailure(1, 1, worker, exited, 2_000_000L));
            Failure killed = new Failure.Exited(0, 15, "", List.of(), 1_700_000_002_000L);
            listener.failed(new ItemFailure(2, 1, worker, killed, 3_000_000L));
            listener.ended(FakeCluster.status(JobState.FAILED, 1, 2));
        });
        String log = file.toString();
        String[] typed = {"map", "--quiet", "--joblog", log, "--", "cp", "{}", "{.}.old", ":::", "a.x", "b c.x", "d.x"};
        assertThat(Typed.run(cluster, typed).out()).isEqualTo("out\n");
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        HEADER.strip(),
                        "1\tw\t1700000000.250\t     1.500\t3\t4\t0\t0\tcp a.x a.old",
                        "2\tw\t1700000001.000\t     0.002\t5\t0\t3\t0\tcp 'b c.x' 'b c.old'",
                        "3\tw\t1700000002.000\t     0.003\t3\t0\t0\t15\tcp d.x d.old");
        FakeCluster later = new FakeCluster();
        assertThat(Typed.run(later, "map", "--resume", log, "--", "cp", "{}", "{.}.old", ":::", "d.x", "a.x")
                        .exitCode())
                .isZero();
        assertThat(later.items).containsExactly(new NumberedText(0, "d.x").toString());
    }

    @Test
    void resumingSkipsWhatSucceededByItsTextAndNumbersTheRestAsBefore() throws IOException {
        Files.writeString(
                file,
                HEADER
                        + "1\tw\t1.000\t1.000\t0\t0\t0\t0\t" + WHAT + " b\n"
                        + "2\tw\t1.000\t1.000\t0\t0\t1\t0\t" + WHAT + " a\n"
                        + "3\tw\t1.000\t1.000\t0\t0\t0\t9\t" + WHAT + " c\n"
                        + "4\tw\t1.000\t1.000\t0\t0\t0\t0\tcom.acme.Other a\n"
                        + "5\tw\t1.000\t1.000\t0\t0\t0\t0\t" + WHAT + " d\n"
                        + "6\tw\t1.000\t1.0");
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            results(listener, 0, "A", "C", "B2");
            listener.ended(FakeCluster.status(JobState.SUCCEEDED, 3, 0));
        });
        String log = file.toString();
        Typed typed =
                Typed.run(cluster, map("--joblog", log, "--resume", log, "--tag", ":::", "a", "b", "c", "d", "b"));
        assertThat(typed).isEqualTo(new Typed(0, "a\tA\nc\tC\nb\tB2\n", ""));
        assertThat(cluster.items).containsExactly("a", "c", "b");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(10);
        assertThat(lines.get(6)).isEqualTo("6\tw\t1.000\t1.0");
        assertThat(lines.subList(7, 10))
                .extracting(line -> line.charAt(0) + line.substring(line.lastIndexOf('\t')))
                .containsExactly("1\t" + WHAT + " a", "3\t" + WHAT + " c", "5\t" + WHAT + " b");
    }

    @Test
    void theNumbersOfARangeAreSentWhereSomeOfThemNeedNotRun() throws IOException {
        Files.writeString(file, HEADER + "9\tw\t1.000\t1.000\t0\t0\t0\t0\t" + WHAT + " 6\n");
        FakeCluster cluster = new FakeCluster();
        assertThat(Typed.run(cluster, map("--resume", file.toString(), "--range", "5..7"))
                        .exitCode())
                .isZero();
        assertThat(cluster.submitted().source()).isEqualTo(new Source.Streamed());
        assertThat(cluster.items).containsExactly("5", "7");
    }

    @Test
    void aLogThatIsNotResumedBeginsAnewAndOneThatIsNotThereSkipsNothing() throws IOException {
        Files.writeString(file, "old\n");
        FakeCluster cluster = new FakeCluster();
        String none = folder.resolve("none").toString();
        assertThat(Typed.run(cluster, map("--joblog", file.toString(), "--resume", none, ":::", "a"))
                        .exitCode())
                .isZero();
        assertThat(file).hasContent(HEADER);
        assertThat(cluster.items).containsExactly("a");
    }

    @Test
    void aLogThatCannotBeWrittenIsAMistakeInUsage() {
        Typed typed = Typed.run(new FakeCluster(), map("--joblog", folder.toString(), ":::", "a"));
        assertThat(typed.exitCode()).isEqualTo(2);
        assertThat(typed.err()).contains("The job log", "cannot be written");
    }
}
