package io.sheaf.worker.process;

import io.sheaf.worker.executor.ProcessGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command that runs, or is about to, as those see it who are to stop it. Safe for use by many threads. */
final class CommandRun {
    private static final long LONGEST_SEND_SECONDS = 2;
    private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long leader;
    private volatile boolean ended;
    private @Nullable String wanted;
    private String trouble = "";
    private long goneSince;

    /** It leads that process group. */
    synchronized void began(long pid) {
        leader = pid;
        if (wanted != null) {
            send(wanted);
        }
    }

    /** Sends a signal, by its name without {@code SIG}, to the whole group; as soon as there is one. */
    synchronized void signal(String name) {
        wanted = name;
        if (leader != 0 && !ended) {
            send(name);
        }
    }

    /** It must not go on, for that reason. */
    synchronized void stop(String why) {
        trouble = why;
        signal("KILL");
    }

    /** Why it was stopped; empty: for no reason of its own. */
    synchronized String trouble() {
        return trouble;
    }

    /** Its group is gone: the number may soon be another's. */
    synchronized void ended() {
        ended = true;
    }

    /** Whether that is so; answered at once also while a signal is being sent. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * Ends its shell, and its leader wherever that is by now, should it not have ended: one after the other, but nobody may
     * take it for ended between them.
     */
    synchronized void giveUp(CommandShell shell) {
        if (ended) {
            return;
        }
        shell.kill();
        if (leader != 0) {
            var unused = ProcessHandle.of(leader).map(ProcessHandle::destroyForcibly);
        }
    }

    /**
     * Whether its leader has been gone for so long that those who wait for its end will not hear of it any more: bash has
     * been seen to wait on. To be asked again and again.
     */
    synchronized boolean isForgotten(long now) {
        if (leader == 0 || ended || !isGone(leader)) {
            goneSince = 0;
        } else if (goneSince == 0) {
            goneSince = now;
        } else if (now - goneSince > LONGEST_SILENCE_NANOS) {
            goneSince = now;
            return true;
        }
        return false;
    }

    /** Who has ended and is not yet waited for is still a process, to the JDK. */
    private static boolean isGone(long pid) {
        try {
            String state = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return state.startsWith("Z", state.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return ProcessHandle.of(pid).isEmpty();
        }
    }

    private void send(String signal) {
        try {
            Process kill = ProcessGroup.signalCommand(signal, leader)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean unused = kill.waitFor(LONGEST_SEND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // Not even a shell can be started; then its leader is all that can be reached.
            var unused = ProcessHandle.of(leader).map(ProcessHandle::destroyForcibly);
        }
    }
}
