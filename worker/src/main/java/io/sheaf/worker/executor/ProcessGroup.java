package io.sheaf.worker.executor;

/** Process groups, which the JDK does not know. */
public final class ProcessGroup {

    private ProcessGroup() {}

    /**
     * Kills all processes of a group. By the shell's own {@code kill}: the command of that name in procps 4.0.2 takes the
     * first digit of a negative number for the whole of it, and {@code -1} is every process of this user.
     */
    public static ProcessBuilder killCommand(long leader) {
        return signalCommand("KILL", leader);
    }

    /** The same with another signal, by its name without {@code SIG}. */
    public static ProcessBuilder signalCommand(String signal, long leader) {
        if (leader < 2) {
            throw new IllegalArgumentException("No process group of ours: " + leader);
        }
        return new ProcessBuilder("/bin/sh", "-c", "kill -s " + signal + " -- -" + leader).redirectErrorStream(true);
    }
}
