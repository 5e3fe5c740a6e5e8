package io.sheaf.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a log of the items is written, and whether one says what need not run. */
final class JobLogOptions {
    @Option(
            names = "--joblog",
            paramLabel = "FILE",
            description = "Write a line for each item that has ended, in the columns of GNU parallel.")
    private @Nullable Path joblog;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "Skip the items that this job log says succeeded. If it is the --joblog too, it goes on.")
    private @Nullable Path resume;

    boolean isLogged() {
        return joblog != null;
    }

    /** The command without it, for people. */
    String next() {
        return joblog == null
                ? "Next: with --joblog FILE, and later --resume FILE, the same command runs only what has not succeeded"
                : "Next: the same command with --resume " + joblog + " runs only what has not succeeded";
    }

    /** What need not run; before {@link #open}, which may begin the file anew. */
    Optional<JobLog.Finished> finished(WorkChoice what) {
        return Optional.ofNullable(resume).map(file -> JobLog.Finished.read(file, what::line));
    }

    Optional<JobLog> open(WorkChoice what) {
        return Optional.ofNullable(joblog).map(file -> JobLog.open(file, isResumed(file), what::line));
    }

    private boolean isResumed(Path file) {
        try {
            return resume != null && Files.exists(resume) && Files.exists(file) && Files.isSameFile(resume, file);
        } catch (IOException e) {
            return false;
        }
    }
}
