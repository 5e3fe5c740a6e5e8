package io.sheaf.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.Output;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Writes results to stdout: in the order of the items or as they come, each after what its task printed. For one thread
 * at a time.
 */
final class ResultPrinter {
    private final Style style;
    private final LongFunction<String> names;
    private final OutputStream out;
    private final SegmentReader reader = new SegmentReader(ResultPrinter.class.getClassLoader());
    private final TreeMap<Long, Segment> early = new TreeMap<>();
    private final TreeMap<Long, ItemFailure> earlyFailures = new TreeMap<>();
    private final Map<Long, StringBuilder> printed = new HashMap<>();
    private long next;

    /**
     * How results are written.
     *
     * @param json a document per line, for results and failures
     * @param jsonResults whether the results are JSON themselves
     * @param tag whether the item comes before each line
     * @param ordered whether in the order of the items
     */
    record Style(boolean json, boolean jsonResults, boolean tag, boolean ordered) {}

    /** Writes to this process's stdout; the function names items. */
    ResultPrinter(Style style, LongFunction<String> names) {
        this(style, names, new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    }

    ResultPrinter(Style style, LongFunction<String> names, OutputStream out) {
        this.style = style;
        this.names = names;
        this.out = out;
    }

    void results(Segment results) throws IOException {
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

    void printed(Output output) {
        if (output.error()) {
            System.err.print(output.text());
            System.err.flush();
        } else {
            printed.computeIfAbsent(output.index(), key -> new StringBuilder()).append(output.text());
        }
    }

    /** Writes what was held back for items that never came. */
    void end() throws IOException {
        for (Segment segment : early.values()) {
            write(segment);
        }
        for (ItemFailure failure : earlyFailures.values()) {
            write(failure);
        }
        early.clear();
        earlyFailures.clear();
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
            String result;
            try {
                result = String.valueOf(reader.read(results, index));
            } catch (ClassNotFoundException e) {
                throw new IOException("The result of item " + index + " is no text", e);
            }
            writePrinted(index);
            if (style.json) {
                ObjectNode line = node(index);
                if (style.jsonResults) {
                    line.putRawValue("result", new RawValue(result));
                } else {
                    line.put("result", result);
                }
                writeLine(line.toString());
            } else {
                writeLine(style.tag ? names.apply(index) + "\t" + result : result);
            }
        }
    }

    private void write(ItemFailure failure) throws IOException {
        writePrinted(failure.index());
        if (style.json) {
            ObjectNode line = node(failure.index());
            line.put("error", failure.failure().headline());
            line.put("attempts", failure.attempts());
            line.put("worker", failure.worker().name());
            writeLine(line.toString());
        }
    }

    private ObjectNode node(long index) {
        return JsonNodeFactory.instance.objectNode().put("index", index).put("item", names.apply(index));
    }

    private void writePrinted(long index) throws IOException {
        StringBuilder text = printed.remove(index);
        if (text == null) {
            return;
        }
        if (style.json) {
            writeLine(node(index).put("stdout", text.toString()).toString());
        } else {
            String tag = style.tag ? names.apply(index) + "\t" : "";
            for (String line : text.toString().lines().toList()) {
                writeLine(tag + line);
            }
        }
    }

    private void writeLine(String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
        out.write('\n');
    }
}
