package io.sheaf.worker.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends all commands when this process ends, in whatever way: a small process that is told which shells there are, and
 * that hears the end of its standard input. It also removes what the commands wrote. Safe for use by many threads.
 */
final class CommandGuard implements AutoCloseable {
    private static final String SCRIPT = """
            pids=' '
            while read -r what pid; do
                case $what in
                    +) pids="$pids$pid " ;;
                    -) case $pids in *" $pid "*) pids="${pids%% $pid *} ${pids#* $pid }" ;; esac ;;
                esac
            done
            for pid in $pids; do kill -s TERM "$pid"; done
            rm -rf -- "$1"
            """;

    private final Process process;
    private final OutputStream in;

    /**
     * Starts it.
     *
     * @param files what is to be removed in the end
     */
    CommandGuard(Path files) throws IOException {
        process = new ProcessBuilder(List.of("setsid", "/bin/sh", "-c", SCRIPT, "sheaf-guard", files.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        in = process.getOutputStream();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** There is that shell from now on. */
    void begins(long shell) throws IOException {
        tell("+ " + shell);
    }

    /** That shell is gone, or about to. */
    void ends(long shell) {
        try {
            tell("- " + shell);
        } catch (IOException e) {
            // There is nobody who might mistake another process for it.
        }
    }

    private synchronized void tell(String line) throws IOException {
        in.write((line + '\n').getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    /** Ends all shells, with what runs in them; waits for that, not for long. */
    @Override
    public void close() {
        try {
            in.close();
            boolean unused = process.waitFor(3, TimeUnit.SECONDS);
        } catch (IOException e) {
            // It is gone already.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
