package io.sheaf.worker.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.ExecutorConversation.FromExecutor;
import io.sheaf.protocol.job.JobId;
import io.sheaf.protocol.job.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskOutputTest {
    private static final JobId JOB = new JobId(7);

    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private final List<Output> sent = new ArrayList<>();

    @Test
    void linesAreSentAsTheyEndUnderTheItemThatRuns() {
        PrintStream out = printing(false);
        out.print("one");
        assertThat(sent).isEmpty();
        out.println(" line");
        assertThat(sent).containsExactly(new Output(3, false, "one line\n"));
    }

    @Test
    void whatIsPrintedWithoutALineEndIsSentWhenTheItemEnds() {
        TaskOutput output = output(false);
        PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
        out.print("no line end");
        output.ended();
        output.ended();
        assertThat(sent).containsExactly(new Output(3, false, "no line end"));
    }

    @Test
    void errorsAlsoGoWhereTheLastWordsOfAProcessAreRead() {
        printing(true).println("oh");
        printing(false).println("fine");
        assertThat(before.toString(StandardCharsets.UTF_8)).isEqualTo("oh\n");
        assertThat(sent).containsExactly(new Output(3, true, "oh\n"), new Output(3, false, "fine\n"));
    }

    private PrintStream printing(boolean error) {
        return new PrintStream(output(error), true, StandardCharsets.UTF_8);
    }

    private TaskOutput output(boolean error) {
        TaskOutput output = new TaskOutput(error, new PrintStream(before, true, StandardCharsets.UTF_8), this::send);
        output.running(new TaskOutput.Item(JOB, 3));
        return output;
    }

    private void send(FromExecutor message) {
        FromExecutor.Printed printed = (FromExecutor.Printed) message;
        assertThat(printed.job()).isEqualTo(JOB);
        sent.add(printed.output());
    }
}
