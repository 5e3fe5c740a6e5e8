package io.sheaf.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Output;
import io.sheaf.protocol.wire.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes results to stdout: in the order of the items or as they come, each after what its task printed. For one thread
 * at a time. An {@link IOException} means that nobody reads any more.
 */
final class ResultPrinter {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final Style style;
    private final Optional<ItemNames> names;
    private final OutputStream out;
    private final SegmentReader reader = new SegmentReader(ResultPrinter.class.getClassLoader());
    private final TreeMap<Long, Segment> early = new TreeMap<>();
    private final TreeMap<Long, ItemFailure> earlyFailures = new TreeMap<>();
    private final TreeMap<Long, StringBuilder> printed = new TreeMap<>();
    private long next;

    /**
     * How results are written.
     *
     * @param json a document per line, for results and failures; needs results in JSON
     * @param jsonResults whether the results were made as JSON, not as text
     * @param tag whether the item comes before each line
     * @param ordered whether in the order of the items
     */
    record Style(boolean json, boolean jsonResults, boolean tag, boolean ordered) {}

    /**
     * A printer.
     *
     * @param names of the items, where they are known
     */
    ResultPrinter(Style style, Optional<ItemNames> names, OutputStream out) {
        this.style = style;
        this.names = names;
        this.out = out;
    }

    void results(Segment results) throws IOException {
        names.ifPresent(known -> known.came(results.count(), results.size()));
        if (!style.ordered) {
            write(results);
        } else {
            early.put(results.from(), results);
            writeInOrder();
        }
        out.flush();
    }

    void failed(ItemFailure failure) throws IOException {
        if (!style.ordered) {
            write(failure);
        } else {
            earlyFailures.put(failure.index(), failure);
            writeInOrder();
        }
        out.flush();
    }

    /** What a task wrote to stdout; it is written with the item's result. */
    void printed(Output output) {
        printed.computeIfAbsent(output.index(), key -> new StringBuilder()).append(output.text());
    }

    /** Writes what was held back for items that never came, and what tasks without a result printed. */
    void end() throws IOException {
        while (!early.isEmpty() || !earlyFailures.isEmpty()) {
            long result = early.isEmpty() ? Long.MAX_VALUE : early.firstKey();
            long failure = earlyFailures.isEmpty() ? Long.MAX_VALUE : earlyFailures.firstKey();
            next = Math.min(result, failure);
            writeInOrder();
        }
        while (!printed.isEmpty()) {
            writePrinted(printed.firstKey());
        }
        out.flush();
    }

    private void writeInOrder() throws IOException {
        while (true) {
            Segment results = early.remove(next);
            ItemFailure failure = results == null ? earlyFailures.remove(next) : null;
            if (results != null) {
                write(results);
                next = results.to();
            } else if (failure != null) {
                write(failure);
                next++;
            } else {
                return;
            }
        }
    }

    private void write(Segment results) throws IOException {
        for (long index = results.from(); index < results.to(); index++) {
            Object value = value(results, index);
            writePrinted(index);
            if (value instanceof byte[] bytes) {
                write(index, CommandResult.of(bytes));
                forget(index);
                continue;
            }
            String result = String.valueOf(value);
            if (style.json) {
                ObjectNode line = node(index);
                line.putRawValue("result", new RawValue(result));
                writeLine(line.toString());
            } else {
                String line = style.jsonResults ? line(result) : result;
                writeLine(style.tag ? name(index) + "\t" + line : line);
            }
            forget(index);
        }
        names.ifPresent(known -> known.left(results.size()));
    }

    /** What a command wrote, byte by byte as it did, but for a tag before each line. */
    private void write(long index, CommandResult result) throws IOException {
        Bytes stdout = result.stdout();
        if (style.json) {
            ObjectNode line = node(index);
            CommandOutput.put(stdout, line);
            writeLine(line.toString());
        } else if (style.tag) {
            byte[] tag = (name(index) + "\t").getBytes(StandardCharsets.UTF_8);
            CommandOutput.writeTagged(tag, stdout, out);
        } else {
            out.write(stdout.array(), stdout.offset(), stdout.length());
        }
    }

    private @Nullable Object value(Segment results, long index) {
        try {
            return reader.read(results, index);
        } catch (IOException | ClassNotFoundException e) {
            throw new CliException(
                    ExitCode.REJECTED, "The result of item " + index + " is no text, it was made for Java: " + e);
        }
    }

    /** A JSON string stands for itself, anything else for its JSON. */
    private static String line(String json) throws IOException {
        if (!json.startsWith("\"")) {
            return json;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            return parser.nextTextValue();
        }
    }

    private void write(ItemFailure failed) throws IOException {
        writePrinted(failed.index());
        if (style.json) {
            Failure failure = failed.failure();
            boolean thrown = failure instanceof Failure.Threw;
            ObjectNode line = node(failed.index());
            line.putObject("error")
                    .put("class", thrown ? ((Failure.Threw) failure).thrown().className() : null)
                    .put("message", thrown ? ((Failure.Threw) failure).thrown().message() : failure.headline());
            if (failure instanceof Failure.Exited exited) {
                line.put("exitCode", exited.code()).put("signal", exited.signal());
            }
            line.put("attempts", failed.attempts());
            line.put("worker", failed.worker().name());
            writeLine(line.toString());
        }
        forget(failed.index());
    }

    private ObjectNode node(long index) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("index", index);
        names.ifPresent(known -> node.put("item", known.name(index)));
        return node;
    }

    private void writePrinted(long index) throws IOException {
        StringBuilder text = printed.remove(index);
        if (text == null) {
            return;
        }
        if (style.json) {
            writeLine(node(index).put("stdout", text.toString()).toString());
        } else {
            String tag = style.tag ? name(index) + "\t" : "";
            for (String line : text.toString().lines().toList()) {
                writeLine(tag + line);
            }
        }
    }

    private String name(long index) {
        return names.map(known -> known.name(index)).orElseGet(() -> Long.toString(index));
    }

    private void forget(long index) {
        names.ifPresent(known -> known.forget(index));
    }

    private void writeLine(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }
}
