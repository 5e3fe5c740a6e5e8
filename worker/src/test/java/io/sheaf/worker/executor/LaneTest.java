package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.RemoteFunction;
import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.ExecutorConversation.ToExecutor;
import io.sheaf.protocol.item.JavaSerialization;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.JobToken;
import io.sheaf.protocol.job.ResultForm;
import io.sheaf.protocol.job.Work;
import io.sheaf.protocol.job.WorkerId;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane whose threads are this one: it runs what the lane asked a thread for, when the test says so. */
class LaneTest {
    private static final JobId JOB = new JobId(7);
    /** What the items have left, by their numbers; static, since functions are deserialized. */
    private static final Map<Long, CompletableFuture<String>> STAGES = new ConcurrentHashMap<>();

    @TempDir
    private Path folder;

    private final List<FromExecutor> said = new ArrayList<>();
    private final ArrayDeque<Runnable> wanted = new ArrayDeque<>();
    private final Commons commons = new Commons(Path.of("none"));
    private boolean over;
    private Lane lane;

    private final class Line implements Runner.Line {
        @Override
        public void accept(FromExecutor message) {
            said.add(message);
        }

        @Override
        public void awaitSent() {}

        @Override
        public void die() {
            throw new AssertionError("the process was to die");
        }
    }

    private final class Keeper implements Lane.Keeper {
        @Override
        public void execute(Runnable task) {
            wanted.add(task);
        }

        @Override
        public void begins() {}

        @Override
        public void over() {
            over = true;
        }
    }

    @BeforeEach
    void begin() throws IOException {
        STAGES.clear();
        Path file = folder.resolve("now");
        CurrentItemFile.create(file, 1);
        Line line = new Line();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Runner.Streams streams =
                new Runner.Streams(new TaskOutput(false, nowhere, line), new TaskOutput(true, nowhere, line));
        ItemQueue queue = new ItemQueue();
        Runner runner = new Runner(queue, new CurrentItemFile(file).lane(0), streams, line, commons);
        lane = new Lane(queue, runner, new Inlet(queue, commons, line), streams, new Keeper());
    }

    private <R> void open(RemoteFunction<Long, R> function) throws IOException {
        Work work = new Work.Closure(JavaSerialization.write(function));
        lane.receive(new ToExecutor.Open(
                JOB, work, Optional.empty(), ResultForm.OBJECT, new WorkerId("here"), new JobToken("a token")));
    }

    private void batch(long number, long from, long to) {
        lane.receive(new ToExecutor.Batch(number, JOB, Segment.ofLongs(from, (int) (to - from), from), List.of()));
    }

    private void runWhatIsWanted() {
        for (Runnable task = wanted.poll(); task != null; task = wanted.poll()) {
            task.run();
        }
    }

    private <T extends FromExecutor> List<T> said(Class<T> kind) {
        return said.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static CompletableFuture<String> left(long item) {
        return STAGES.computeIfAbsent(item, n -> new CompletableFuture<>());
    }

    @Test
    void anItemThatHasLeftAStageHoldsNoThreadUntilThatCompletes() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 1);
        assertThat(wanted).as("threads for one item").hasSize(1);
        runWhatIsWanted();
        assertThat(STAGES).containsOnlyKeys(0L);
        assertThat(said).as("nothing while it waits").isEmpty();
        assertThat(left(0).complete("done")).isTrue();
        assertThat(said).as("nor in the thread of whoever completes it").isEmpty();
        runWhatIsWanted();
        assertThat(said(FromExecutor.Finished.class).get(0).results().count()).isEqualTo(1);
    }

    @Test
    void theNextItemBeginsOnlyWhenTheStageBeforeItIsOver() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 2);
        batch(2, 2, 3);
        runWhatIsWanted();
        assertThat(STAGES).containsOnlyKeys(0L);
        assertThat(left(0).complete("one")).isTrue();
        runWhatIsWanted();
        assertThat(STAGES).containsOnlyKeys(0L, 1L);
        assertThat(left(1).completeExceptionally(new IllegalStateException("two")))
                .isTrue();
        runWhatIsWanted();
        assertThat(STAGES).containsOnlyKeys(0L, 1L, 2L);
        FromExecutor.Failed failed = said(FromExecutor.Failed.class).get(0);
        assertThat(failed.index()).isEqualTo(1);
        assertThat(((Failure.Threw) failed.failure()).thrown().className())
                .isEqualTo("java.lang.IllegalStateException");
    }

    @Test
    void whatIsInterruptedWhileItWaitsHasItsStageCancelledAndEnds() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 1);
        runWhatIsWanted();
        lane.receive(new ToExecutor.InterruptItem(JOB, 0));
        assertThat(left(0))
                .as("by a thread for user code, not by the one that reads")
                .isNotDone();
        runWhatIsWanted();
        assertThat(left(0)).isCancelled();
        assertThat(said(FromExecutor.Failed.class)).hasSize(1);
    }

    @Test
    void anInterruptForAnotherItemDoesNotTouchTheStage() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 2);
        runWhatIsWanted();
        lane.receive(new ToExecutor.InterruptItem(JOB, 1));
        runWhatIsWanted();
        assertThat(left(0)).isNotDone();
    }

    @Test
    void whatWaitsBehindAStageCanBeTakenBackAndDoesNotRun() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 5);
        batch(2, 5, 9);
        runWhatIsWanted();
        lane.receive(new ToExecutor.TakeBack(1));
        assertThat(said(FromExecutor.TakenBack.class))
                .containsExactly(new FromExecutor.TakenBack(1, 1), new FromExecutor.TakenBack(2, 5));
        assertThat(left(0).complete("done")).isTrue();
        runWhatIsWanted();
        assertThat(STAGES).containsOnlyKeys(0L);
    }

    @Test
    void aLaneThatIsToEndDoesSoAfterItsStage() throws Exception {
        open(LaneTest::left);
        batch(1, 0, 1);
        runWhatIsWanted();
        lane.receive(new ToExecutor.End());
        runWhatIsWanted();
        assertThat(over).isFalse();
        assertThat(left(0).complete("done")).isTrue();
        runWhatIsWanted();
        assertThat(said(FromExecutor.Finished.class)).hasSize(1);
        assertThat(over).isTrue();
    }

    @Test
    void itIsKnownOnceAFunctionHasLeftAStageThatItsItemsAreBrief() throws Exception {
        open(item -> {
            Object stage = left(item);
            return item == 0 ? "at once" : stage;
        });
        batch(1, 0, 1);
        assertThat(isBrief()).as("nothing is known").isFalse();
        runWhatIsWanted();
        batch(2, 1, 2);
        assertThat(isBrief()).as("it left none").isFalse();
        runWhatIsWanted();
        assertThat(left(1).complete("done")).isTrue();
        assertThat(isBrief()).as("only the end of a stage is to be told").isTrue();
        runWhatIsWanted();
        batch(3, 2, 3);
        assertThat(isBrief()).isTrue();
    }

    private boolean isBrief() {
        return ((PlatformThreads.Turn) wanted.getFirst()).isBrief();
    }
}
