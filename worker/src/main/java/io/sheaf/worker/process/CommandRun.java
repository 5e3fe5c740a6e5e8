package io.sheaf.worker.process;

import io.sheaf.worker.executor.ProcessGroup;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A command that runs, or is about to, as those see it who are to stop it. Safe for use by many threads. */
final class CommandRun {
    private long leader;
    private boolean ended;
    private @Nullable String wanted;
    private String trouble = "";

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

    private void send(String signal) {
        try {
            Process kill = ProcessGroup.signalCommand(signal, leader).start();
            kill.getInputStream().readAllBytes();
        } catch (IOException e) {
            // Not even a shell can be started; then its leader is all that can be reached.
            var unused = ProcessHandle.of(leader).map(ProcessHandle::destroyForcibly);
        }
    }
}
