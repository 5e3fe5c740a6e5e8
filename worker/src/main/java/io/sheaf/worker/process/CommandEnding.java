package io.sheaf.worker.process;

import io.sheaf.protocol.item.SegmentWriter;
import io.sheaf.protocol.job.CommandResult;
import io.sheaf.protocol.job.Failure;
import io.sheaf.protocol.job.WorkerId;
import io.sheaf.worker.executor.ItemQueue;
import io.sheaf.worker.executor.Results;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Makes results and failures of commands that have ended. Safe for use by many threads. */
final class CommandEnding {
    static final int SIGKILL = 9;
    private static final int SIGNALS = 128;
    private static final int LAST_SIGNAL = 64;
    private static final long LARGE = 1 << 20;
    private static final long MEGABYTE = 1 << 20;

    private final WorkerId worker;
    private final long largest;
    private volatile long outOfMemoryKills = ControlGroup.outOfMemoryKills();
    /** What is large is in memory once only, not once for each of very many slots. */
    private final ReentrantLock large = new ReentrantLock();

    /**
     * A command that has ended.
     *
     * @param status as shells have it
     * @param trouble why it was ended from here; empty: it was not, or for other reasons
     */
    record Ended(ItemQueue.Claim item, int status, long startedMillis, long nanos, String trouble) {}

    CommandEnding(WorkerId worker) {
        this(worker, Math.min(SegmentWriter.LARGEST_VALUE, Runtime.getRuntime().maxMemory() / 4));
    }

    /** @param largest what a command may write to stdout, and to stderr, in bytes */
    CommandEnding(WorkerId worker, long largest) {
        this.worker = worker;
        this.largest = largest;
    }

    /** Why a command must not go on, which has written so much; empty: it may. */
    String excess(Path stdout, Path stderr) {
        if (stdout.toFile().length() > largest) {
            return "it wrote more than " + largest / MEGABYTE + " MB to stdout, which is all that a result can hold;"
                    + " let it write a file";
        }
        return stderr.toFile().length() > largest
                ? "it wrote more than " + largest / MEGABYTE + " MB to stderr; let it write a file"
                : "";
    }

    /** Adds the result to those, or says why there is none. */
    Optional<Failure.Exited> conclude(Ended ended, CommandShell shell, List<String> lastErrors, Results results) {
        if (ended.status != 0 || !ended.trouble.isEmpty()) {
            return Optional.of(failure(ended, ended.trouble, lastErrors));
        }
        String trouble = excess(shell.stdout(), shell.stderr());
        if (trouble.isEmpty()) {
            try {
                add(ended, shell.stdout(), results);
                return Optional.empty();
            } catch (IOException e) {
                trouble = "what it wrote cannot be had: " + e;
            }
        }
        return Optional.of(failure(ended, trouble, lastErrors));
    }

    private void add(Ended ended, Path stdout, Results results) throws IOException {
        CommandResult.Run run = new CommandResult.Run(ended.startedMillis, ended.nanos, ended.item.attempt(), worker);
        long now = System.nanoTime();
        int length = (int) stdout.toFile().length();
        if (length < LARGE) {
            results.add(ended.item, () -> result(run, stdout, length), now);
            return;
        }
        large.lock();
        try {
            results.sendAlone(ended.item, result(run, stdout, length), now);
        } finally {
            large.unlock();
        }
    }

    private static byte[] result(CommandResult.Run run, Path stdout, int length) throws IOException {
        byte[] bytes = CommandResult.bytes(run, length);
        ByteBuffer result = ByteBuffer.wrap(bytes, bytes.length - length, length);
        if (length > 0) {
            try (SeekableByteChannel in = Files.newByteChannel(stdout)) {
                while (result.hasRemaining()) {
                    if (in.read(result) < 0) {
                        throw new IOException(stdout + " has become shorter");
                    }
                }
            }
        }
        return bytes;
    }

    private Failure.Exited failure(Ended ended, String trouble, List<String> lastErrors) {
        int signal = ended.status - SIGNALS;
        boolean bySignal = signal > 0 && signal <= LAST_SIGNAL;
        String words = trouble;
        if (words.isEmpty() && signal == SIGKILL) {
            long kills = ControlGroup.outOfMemoryKills();
            words = kills > outOfMemoryKills ? "killed by SIGKILL: out of memory, says the kernel" : "";
            outOfMemoryKills = kills;
        }
        return new Failure.Exited(
                bySignal ? 0 : ended.status, bySignal ? signal : 0, words, lastErrors, ended.startedMillis);
    }
}
