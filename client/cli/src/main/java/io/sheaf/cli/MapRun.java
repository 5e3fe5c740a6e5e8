package io.sheaf.cli;

import io.sheaf.ClusterUnreachableException;
import io.sheaf.client.session.JobListener;
import io.sheaf.protocol.item.Segment;
import io.sheaf.protocol.item.SegmentReader;
import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.item.Stamped;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.ItemFailure;
import io.sheaf.protocol.job.JobState;
import io.sheaf.protocol.job.JobStatus;
import io.sheaf.protocol.job.Output;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of {@code sheaf map}: what the session tells, written down. Safe for use by many threads. */
final class MapRun implements JobListener {
    private final Console console;
    private final ItemNames names;
    private final ResultPrinter printer;
    private final Optional<JobLog> log;
    private final SegmentReader reader = new SegmentReader(MapRun.class.getClassLoader());
    private final ProgressLine progress;
    private final FailureSummary failures = new FailureSummary();
    private final CompletableFuture<JobStatus> over = new CompletableFuture<>();
    private @Nullable Runnable cancel;
    private boolean broken;
    private volatile boolean interrupted;

    MapRun(Console console, ItemNames names, ResultPrinter.Style style, ProgressLine progress) {
        this(console, names, style, progress, Optional.empty());
    }

    /** @param log where what becomes of items is noted; then results are {@link Stamped} */
    MapRun(Console console, ItemNames names, ResultPrinter.Style style, ProgressLine progress, Optional<JobLog> log) {
        this.console = console;
        this.names = names;
        this.printer = new ResultPrinter(style, Optional.of(names), console.out());
        this.progress = progress;
        this.log = log;
    }

    /** Completes with the job's end, or with why that is not known. */
    CompletableFuture<JobStatus> over() {
        return over;
    }

    /** Does this once nobody reads the results any more, also when that is so already. */
    synchronized void onBrokenPipe(Runnable action) {
        cancel = action;
        if (broken) {
            action.run();
        }
    }

    /** Nothing more is said about the job's end: whoever interrupted it says that. Never waits for a slow reader. */
    void interrupt() {
        interrupted = true;
        progress.clear();
    }

    @Override
    public synchronized void results(Segment results) {
        Segment plain = log.isPresent() ? note(log.get(), results) : results;
        write(() -> printer.results(plain));
    }

    /** Writes down what the results say of themselves; returns them without that. */
    private Segment note(JobLog to, Segment results) {
        SegmentWriter plain = new SegmentWriter();
        try {
            for (long index = results.from(); index < results.to(); index++) {
                Object value = reader.read(results, index);
                if (value instanceof byte[] bytes) {
                    to.succeeded(names.number(index), names.name(index), CommandResult.of(bytes));
                } else {
                    Stamped stamped = Stamped.parse(String.valueOf(value));
                    to.succeeded(names.number(index), names.name(index), stamped);
                    plain.add(stamped.text());
                }
            }
            flush(to);
            return plain.count() == 0 ? results : plain.take(results.from());
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("A text can always be read", e);
        }
    }

    private void flush(JobLog to) {
        try {
            to.flush();
        } catch (IOException e) {
            over.completeExceptionally(new CliException(
                    ExitCode.ITEMS_FAILED,
                    "The job log cannot be written (" + e.getMessage() + "); the job was cancelled"));
        }
    }

    @Override
    public synchronized void failed(ItemFailure failure) {
        failures.add(failure.failure(), names.name(failure.index()));
        log.ifPresent(to -> {
            to.failed(names.number(failure.index()), names.name(failure.index()), failure, System.currentTimeMillis());
            flush(to);
        });
        write(() -> printer.failed(failure));
    }

    @Override
    public synchronized void printed(Output output) {
        if (output.error()) {
            progress.clear();
            console.err().print(output.text());
            console.err().flush();
        } else if (!broken) {
            printer.printed(output);
        }
    }

    @Override
    public synchronized void withheld(String why) {
        if (!why.isEmpty() && !interrupted) {
            progress.clear();
            console.err().println("sheaf: waiting: " + why);
        }
    }

    @Override
    public synchronized void progress(JobStatus status) {
        if (!interrupted) {
            progress.show(status);
        }
    }

    @Override
    public synchronized void ended(JobStatus status) {
        write(printer::end);
        over.complete(status);
    }

    @Override
    public void lost(ClusterUnreachableException why) {
        over.completeExceptionally(why);
    }

    private void write(Writing writing) {
        if (broken) {
            return;
        }
        try {
            progress.clear();
            writing.write();
        } catch (IOException e) {
            // Nobody reads any more, as after `| head -1`: no reason for more than ending.
            broken = true;
            if (cancel != null) {
                cancel.run();
            }
        } catch (CliException e) {
            over.completeExceptionally(e);
        }
    }

    private interface Writing {
        void write() throws IOException;
    }

    /** Says what there is to say about the end. */
    synchronized ExitCode conclude(JobStatus status) {
        progress.clear();
        if (interrupted) {
            return ExitCode.INTERRUPTED;
        }
        if (broken) {
            return ExitCode.SUCCEEDED;
        }
        PrintStream err = console.err();
        if (status.state() == JobState.CANCELLED) {
            err.println("sheaf: the job was cancelled: " + status.reason().orElse("no reason given"));
        } else if (status.reason().isPresent()) {
            String what = status.failed() > 0 ? "the job was ended early: " : "the job cannot run: ";
            err.println("sheaf: " + what + status.reason().get());
        }
        if (status.state() == JobState.FAILED && status.failed() > 0) {
            long ended = status.succeeded() + status.failed();
            String left = status.reason().isPresent() ? " that were run" : "";
            err.println("sheaf: " + status.failed() + " of " + ended + " items" + left + " failed:");
        }
        err.print(failures.text());
        err.flush();
        return StatusView.exitCode(status);
    }
}
