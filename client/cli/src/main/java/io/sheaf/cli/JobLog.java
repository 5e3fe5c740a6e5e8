package io.sheaf.cli;

import io.sheaf.protocol.item.Stamped;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.DeathReport;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.ItemFailure;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What became of each item, in the columns of GNU parallel's job log, written as items end: whole lines in one write each
 * time, so that also a log whose writer was killed can be read. For one thread at a time.
 */
final class JobLog implements Closeable {
    private static final String HEADER = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";

    private static final int RUNTIME_WIDTH = 10;
    private static final int COLUMNS = 9;
    private static final int LAST_COLUMN = 8;
    private static final int EXIT_COLUMN = 6;
    private static final int SIGNAL_COLUMN = 7;

    private final OutputStream out;
    private final Line what;
    private final StringBuilder lines = new StringBuilder();

    /** What is done with an item, in words. */
    interface Line {
        /** For an item of the source, numbered from 1. */
        String of(String item, long number);
    }

    private record Entry(
            long number, String host, long startedAt, long nanos, long received, int exitValue, int signal) {}

    private JobLog(OutputStream out, Line what) {
        this.out = out;
        this.what = what;
    }

    /**
     * Opens one.
     *
     * @param append whether what it says stays; otherwise it begins anew
     * @param what what is done with the items
     */
    static JobLog open(Path file, boolean append, Line what) {
        try {
            boolean fresh = !append || !Files.exists(file) || Files.size(file) == 0;
            boolean torn = !fresh && !endsInLine(file);
            OutputStream out = fresh
                    ? Files.newOutputStream(file)
                    : Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            JobLog log = new JobLog(out, what);
            log.lines.append(fresh ? HEADER : torn ? "\n" : "");
            log.flush();
            return log;
        } catch (IOException e) {
            throw new CliException(ExitCode.USAGE, "The job log " + file + " cannot be written: " + e);
        }
    }

    private static boolean endsInLine(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() == '\n';
        }
    }

    /** An item has its result; said by the next {@link #flush}. */
    void succeeded(long number, String item, Stamped result) {
        long received = result.text().getBytes(StandardCharsets.UTF_8).length + 1L;
        add(new Entry(number, result.worker(), result.startedAt(), result.nanos(), received, 0, 0), item);
    }

    /** The command of an item has exited with 0; said by the next {@link #flush}. */
    void succeeded(long number, String item, CommandResult result) {
        CommandResult.Run run = result.run();
        long received = result.stdout().length();
        add(new Entry(number, run.worker().name(), run.startedMillis(), run.nanos(), received, 0, 0), item);
    }

    /**
     * An item has failed; said by the next {@link #flush}.
     *
     * @param now milliseconds since 1970
     */
    void failed(long number, String item, ItemFailure failed, long now) {
        int exit = 1;
        int signal = 0;
        if (failed.failure() instanceof Failure.Lost lost && !lost.deaths().isEmpty()) {
            List<DeathReport> deaths = lost.deaths();
            DeathReport last = deaths.get(deaths.size() - 1);
            signal = last.signal().orElse(0);
            exit = signal > 0 ? 0 : last.exitCode().orElse(1);
        }
        long startedAt = now - failed.nanos() / 1_000_000;
        if (failed.failure() instanceof Failure.Exited exited) {
            exit = exited.code();
            signal = exited.signal();
            startedAt = exited.startedMillis() > 0 ? exited.startedMillis() : startedAt;
        }
        // An exit with 0 in the middle of an item is no success.
        int exitValue = exit == 0 && signal == 0 ? 1 : exit;
        add(new Entry(number, failed.worker().name(), startedAt, failed.nanos(), 0, exitValue, signal), item);
    }

    private void add(Entry line, String item) {
        lines.append(line.number).append('\t');
        lines.append(line.host.isEmpty() ? ":" : line.host).append('\t');
        thousandths(line.startedAt, 0);
        thousandths(Math.round(line.nanos / 1e6), RUNTIME_WIDTH);
        lines.append(item.getBytes(StandardCharsets.UTF_8).length).append('\t');
        lines.append(line.received).append('\t');
        lines.append(line.exitValue).append('\t');
        lines.append(line.signal).append('\t');
        lines.append(command(what.of(item, line.number))).append('\n');
    }

    /** As {@code %*.3f}, which takes longer than all else about an item. */
    private void thousandths(long number, int width) {
        String whole = Long.toString(number / 1000);
        String part = Long.toString(1000 + number % 1000).substring(1);
        lines.append(" ".repeat(Math.max(0, width - whole.length() - 4)));
        lines.append(whole).append('.').append(part).append('\t');
    }

    /** In one line: a line feed is written as NUL, as GNU parallel does. */
    private static String command(String line) {
        return line.replace('\n', '\0');
    }

    /** Writes what was said. */
    void flush() throws IOException {
        if (lines.length() > 0) {
            out.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            lines.setLength(0);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    /** What a log says succeeded. For one thread at a time. */
    static final class Finished {
        private final Line what;
        private final Map<String, Integer> commands = new HashMap<>();

        private Finished(Line what) {
            this.what = what;
        }

        /** Of a log that is not there: nothing. Lines that are not whole are passed over. */
        static Finished read(Path file, Line what) {
            Finished finished = new Finished(what);
            if (!Files.exists(file)) {
                return finished;
            }
            try (Stream<String> lines = Files.lines(file)) {
                lines.forEach(finished::add);
            } catch (IOException | UncheckedIOException e) {
                throw new CliException(ExitCode.USAGE, "The job log " + file + " cannot be read: " + e.getMessage());
            }
            return finished;
        }

        private void add(String line) {
            String[] columns = line.split("\t", COLUMNS);
            if (columns.length == COLUMNS && columns[EXIT_COLUMN].equals("0") && columns[SIGNAL_COLUMN].equals("0")) {
                commands.merge(columns[LAST_COLUMN], 1, Integer::sum);
            }
        }

        /** Whether the item need not run: of items that are alike, as many as have succeeded. */
        boolean skips(String item, long number) {
            String command = command(what.of(item, number));
            boolean known = commands.containsKey(command);
            commands.computeIfPresent(command, (key, count) -> count > 1 ? count - 1 : null);
            return known;
        }
    }
}
