package io.sheaf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.job.Thrown;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.protocol.wire.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResultPrinterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<Long> forgotten = new ArrayList<>();

    private ResultPrinter printer(boolean json, boolean tag, boolean ordered) {
        ItemNames names = new ItemNames() {
            @Override
            public String name(long index) {
                return "item" + index;
            }

            @Override
            public void forget(long index) {
                forgotten.add(index);
            }
        };
        return new ResultPrinter(new ResultPrinter.Style(json, json, tag, ordered), Optional.of(names), out);
    }

    private String written() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Segment results(long from, String... texts) throws IOException {
        SegmentWriter writer = new SegmentWriter();
        for (String text : texts) {
            writer.add(text);
        }
        return writer.take(from);
    }

    private static ItemFailure failure(long index) {
        Thrown thrown = new Thrown("java.lang.Error", "no", List.of(), Optional.empty(), List.of());
        return new ItemFailure(index, 2, new WorkerId("w"), new Failure.Threw(thrown, Bytes.EMPTY));
    }

    @Test
    void resultsComeInTheOrderOfTheItemsEachAfterWhatItsTaskPrinted() throws IOException {
        ResultPrinter printer = printer(false, false, true);
        printer.printed(new Output(0, false, "printed by 0\n"));
        printer.results(results(2, "two", "three"));
        assertThat(written()).isEmpty();
        printer.failed(failure(1));
        printer.results(results(0, "zero"));
        assertThat(written()).isEqualTo("printed by 0\nzero\ntwo\nthree\n");
    }

    @Test
    void unorderedResultsComeAtOnceAndTagsNameTheItem() throws IOException {
        ResultPrinter printer = printer(false, true, false);
        printer.results(results(2, "two"));
        printer.results(results(0, "zero"));
        assertThat(written()).isEqualTo("item2\ttwo\nitem0\tzero\n");
    }

    @Test
    void jsonHasALineForEachResultAndFailure() throws IOException {
        ResultPrinter printer = printer(true, false, true);
        printer.results(results(0, "{\"a\":1}"));
        printer.failed(failure(1));
        assertThat(written())
                .isEqualTo("{\"index\":0,\"item\":\"item0\",\"result\":{\"a\":1}}\n"
                        + "{\"index\":1,\"item\":\"item1\",\"error\":{\"class\":\"java.lang.Error\","
                        + "\"message\":\"no\"},\"attempts\":2,"
                        + "\"worker\":\"w\"}\n");
    }

    @Test
    void whatWasHeldBackIsWrittenWhenTheJobEndsEarly() throws IOException {
        ResultPrinter printer = printer(false, false, true);
        printer.results(results(5, "five"));
        printer.end();
        assertThat(written()).isEqualTo("five\n");
    }

    @Test
    void theNamesOfItemsAreForgottenOnceTheirResultsAreWritten() throws IOException {
        ResultPrinter printer = printer(false, false, true);
        printer.results(results(1, "one", "two"));
        assertThat(forgotten).isEmpty();
        printer.failed(failure(0));
        assertThat(forgotten).containsExactly(0L, 1L, 2L);
    }

    @Test
    void failuresThatAreAlikeAreCountedTogether() {
        FailureSummary summary = new FailureSummary();
        for (String item : List.of("a", "b", "c", "d")) {
            summary.add(failure(0).failure(), item);
        }
        assertThat(summary.count()).isEqualTo(4);
        assertThat(summary.text()).isEqualTo("  4 × java.lang.Error: no  (a, b, c, …)\n");
    }
}
