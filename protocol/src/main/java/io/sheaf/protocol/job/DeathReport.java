package io.sheaf.protocol.job;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a process ended.
 *
 * @param what what kind of process, for people: {@code executor} or {@code worker}
 * @param worker on which worker
 * @param host on which host
 * @param pid which process; empty when it never started
 * @param exitCode its exit code, when it exited
 * @param signal the signal, when one ended it
 * @param verdict what is known about the cause, in words, or empty
 * @param lastStderr its last lines of stderr, oldest first
 */
public record DeathReport(
        String what,
        WorkerId worker,
        String host,
        OptionalLong pid,
        OptionalInt exitCode,
        OptionalInt signal,
        String verdict,
        List<String> lastStderr) {

    /** The report in one line, without the lines of stderr. */
    public String headline() {
        StringBuilder line = new StringBuilder(what);
        pid.ifPresent(p -> line.append(" process ").append(p));
        line.append(" on ").append(worker).append(" (").append(host).append(") ");
        return line.append(ending()).toString();
    }

    /** How it ended, without where; equal for deaths that are alike. */
    public String ending() {
        String how = "was lost";
        if (signal.isPresent()) {
            how = "was ended by signal " + signal.getAsInt();
        } else if (exitCode.isPresent()) {
            how = "exited with code " + exitCode.getAsInt();
        }
        return verdict.isEmpty() ? how : how + ": " + verdict;
    }
}
