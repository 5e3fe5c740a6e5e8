package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Source;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MapCommandTest {
    @TempDir
    static Path folder;

    private static Path jar = Path.of("");

    @BeforeAll
    static void compile() throws IOException {
        jar = TestJar.tasks(folder);
    }

    private static String[] map(String... more) {
        return Stream.concat(
                        Stream.of("map", "com.acme.Tasks::count", "--jar", jar.toString(), "--quiet"), Stream.of(more))
                .toArray(String[]::new);
    }

    private static void results(JobListener listener, long from, String... texts) {
        SegmentWriter writer = new SegmentWriter();
        try {
            for (String text : texts) {
                writer.add(text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        listener.results(writer.take(from));
    }

    static ItemFailure threw(long index, String message) {
        Thrown thrown = new Thrown("java.lang.Error", message, List.of(), Optional.empty(), List.of());
        return new ItemFailure(index, 1, new WorkerId("w"), new Failure.Threw(thrown, Bytes.EMPTY));
    }

    @Test
    void resultsOfARangeComeInOrderAndAllIsWell() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            results(listener, 1, "b", "c");
            results(listener, 0, "a");
            listener.ended(FakeCluster.status(JobState.SUCCEEDED, 3, 0));
        });
        Typed typed = Typed.run(cluster, map("--range", "1..3", "--local", "2", "--name", "n", "--chunk-size", "5"));
        assertThat(typed).isEqualTo(new Typed(0, "a\nb\nc\n", ""));
        assertThat(cluster.localProcesses()).isEqualTo(2);
        assertThat(cluster.submitted().source()).isEqualTo(new Source.Range(1, 3));
        assertThat(cluster.submitted().name()).isEqualTo("n");
        assertThat(cluster.submitted().policy().chunkSize()).isEqualTo(5);
        assertThat(cluster.submitted().form()).isEqualTo(ResultForm.TEXT);
        assertThat(cluster.submitted().live()).isTrue();
    }

    @Test
    void itemsComeFromWordsStdinFilesAndPatterns() throws IOException {
        Path file = Files.writeString(folder.resolve("items"), "x\ny\n");
        FakeCluster words = new FakeCluster();
        assertThat(Typed.run(words, map(":::", "a", "--range", "b c")).exitCode())
                .isZero();
        assertThat(words.items).containsExactly("a", "--range", "b c");
        FakeCluster stdin = new FakeCluster();
        assertThat(Typed.runWithInput("p\0q\nr\0", stdin, map("--items", "-", "-0"))
                        .exitCode())
                .isZero();
        assertThat(stdin.items).containsExactly("p", "q\nr");
        FakeCluster lines = new FakeCluster();
        assertThat(Typed.run(lines, map("--items", file.toString())).exitCode()).isZero();
        assertThat(lines.items).containsExactly("x", "y");
        FakeCluster pattern = new FakeCluster();
        assertThat(Typed.run(pattern, map("--glob", folder + "/it*")).exitCode())
                .isZero();
        assertThat(pattern.items).containsExactly(file.toString());
    }

    @Test
    void failedItemsGiveExitCode1AndAreGroupedWithTheirNames() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.failed(threw(1, "no\nmore of it"));
            results(listener, 0, "a");
            listener.failed(threw(2, "no\nmore of it"));
            listener.failed(new ItemFailure(3, 3, new WorkerId("w"), new Failure.Lost(List.of(death()))));
            listener.ended(FakeCluster.status(JobState.FAILED, 1, 3));
        });
        Typed typed = Typed.runWithInput("p\nq\nr\ns\n", cluster, map("--items", "-"));
        assertThat(typed.exitCode()).isEqualTo(1);
        assertThat(typed.out()).isEqualTo("a\n");
        assertThat(typed.err()).isEqualTo("""
                        sheaf: 3 of 4 items failed:
                          2 × java.lang.Error: no …  (q, r)
                          1 × ended its process, which exited with code 7  (s)
                              executor process 9 on w (h) exited with code 7
                              stderr: last words
                        """);
    }

    private static DeathReport death() {
        return new DeathReport(
                "executor",
                new WorkerId("w"),
                "h",
                OptionalLong.of(9),
                OptionalInt.of(7),
                OptionalInt.empty(),
                "",
                List.of("last words"));
    }

    @Test
    void jsonHasALineForWhatIsPrintedForResultsAndForFailures() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.printed(new Output(0, false, "hello\n"));
            listener.printed(new Output(0, true, "oops\n"));
            results(listener, 0, "{\"rows\":1}");
            listener.failed(threw(1, "no"));
            listener.failed(new ItemFailure(2, 3, new WorkerId("w"), new Failure.Lost(List.of(death()))));
            listener.ended(FakeCluster.status(JobState.FAILED, 1, 2));
        });
        Typed typed = Typed.runWithInput("p\nq\nr\n", cluster, map("--items", "-", "--json"));
        assertThat(typed.out()).isEqualTo(Golden.text("map"));
        assertThat(typed.err()).startsWith("oops\n");
        assertThat(cluster.submitted().form()).isEqualTo(ResultForm.JSON);
    }

    @Test
    void tagsNameItemsOfStdinOnEveryLine() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.printed(new Output(1, false, "one\ntwo"));
            results(listener, 1, "b");
            results(listener, 0, "a");
            listener.ended(FakeCluster.status(JobState.SUCCEEDED, 2, 0));
        });
        Typed typed = Typed.runWithInput("p\nq\n", cluster, map("--items", "-", "--tag", "--unordered"));
        assertThat(typed.out()).isEqualTo("q\tone\nq\ttwo\nq\tb\np\ta\n");
    }

    @Test
    void whatACancelledItemPrintedIsNotLost() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.printed(new Output(1, false, "half"));
            results(listener, 2, "c");
            listener.ended(FakeCluster.status(JobState.CANCELLED, 1, 0));
        });
        Typed typed = Typed.run(cluster, map("--range", "1..3"));
        assertThat(typed).isEqualTo(new Typed(7, "c\nhalf\n", "sheaf: the job was cancelled: no reason given\n"));
    }

    @Test
    void theEndOfTheConnectionIsExitCode5AndNotAnInterruption() {
        FakeCluster cluster = new FakeCluster()
                .tells(listener -> listener.lost(new ClusterUnreachableException("The connection ended", null)));
        assertThat(Typed.run(cluster, map("--range", "1..3")))
                .isEqualTo(new Typed(5, "", "sheaf: The connection ended\n"));
    }

    @Test
    void aReaderThatGoesAwayCancelsTheJobWithoutAWord() throws InterruptedException {
        FakeCluster cluster = new FakeCluster().tells(listener -> results(listener, 0, "a"));
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = CliMain.run(Typed.console("p\n", closed, err, false), cluster, map("--items", "-"));
        assertThat(cluster.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(code).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void anInterruptedRunLeavesTheLastWordToWhoeverInterrupted() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = Typed.console("", new ByteArrayOutputStream(), err, true);
        ResultPrinter.Style style = new ResultPrinter.Style(false, false, false, true);
        ItemFeed names = new ItemFeed(ItemChoice.range("1..3"), true);
        MapRun run = new MapRun(console, names, style, new ProgressLine(console, false));
        run.failed(threw(0, "no"));
        run.interrupt();
        run.progress(FakeCluster.status(JobState.CANCELLING, 1, 0));
        assertThat(run.conclude(FakeCluster.status(JobState.CANCELLED, 1, 0))).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void onATerminalTheLiveLineIsTakenAwayBeforeAnythingElseIsWritten() {
        FakeCluster cluster = new FakeCluster().tells(listener -> {
            listener.progress(FakeCluster.status(JobState.RUNNING, 1, 0));
            listener.ended(FakeCluster.status(JobState.SUCCEEDED, 1, 0));
        });
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = Typed.console("", new ByteArrayOutputStream(), err, true);
        String[] loud = Stream.of(map("--range", "1..1"))
                .filter(word -> !word.equals("--quiet"))
                .toArray(String[]::new);
        assertThat(CliMain.run(console, cluster, loud)).isZero();
        String line = "1/1 done, 0 handed out, 1 requeued, 2 retried";
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("\r" + line + "\r" + " ".repeat(line.length()) + "\r");
    }

    @Test
    void nothingIsSubmittedWhenTheItemsMakeNoSense() {
        for (String[] wrong : List.of(
                new String[] {},
                new String[] {"--range", "1..2", ":::", "a"},
                new String[] {"--range", "1-2"},
                new String[] {"--glob", folder + "/*.pdf"},
                new String[] {"--glob", folder + "/[*"},
                new String[] {"--items", folder + "/none"},
                new String[] {"--range", "1..2", "-0"},
                new String[] {"--range", "1..2", "--local", "0"},
                new String[] {"--range", "1..2", "--local", "1", "--cluster", "http://h:1"},
                new String[] {"--range", "1..2", "--chunk-size", "-1"},
                new String[] {"--range", "1..2", "--keep-order", "--unordered"})) {
            FakeCluster cluster = new FakeCluster();
            Typed typed = Typed.run(cluster, map(wrong));
            assertThat(typed.exitCode()).as(String.join(" ", wrong)).isEqualTo(2);
            assertThat(typed.err()).startsWith("sheaf: ").hasLineCount(1);
            assertThat(typed.out()).isEmpty();
            assertThat(cluster.isUntouched()).isTrue();
        }
    }
}
