package io.sheaf.protocol.job;

import io.sheaf.protocol.wire.Bytes;
import java.util.List;

/** Why an item has no result. */
public sealed interface Failure {

    /**
     * The task threw, or its input, function or result could not be read or written.
     *
     * @param thrown the exception as data
     * @param original the exception in Java serialization, or empty where it does not survive that
     */
    record Threw(Thrown thrown, Bytes original) implements Failure {}

    /**
     * Each process that ran the item died.
     *
     * @param deaths in order
     */
    record Lost(List<DeathReport> deaths) implements Failure {}

    /**
     * The item ran longer than it may, and was stopped.
     *
     * @param millis how long it may run
     */
    record TimedOut(long millis) implements Failure {}

    /** The item was not wanted any more. */
    record Cancelled() implements Failure {}

    /**
     * The command of the item did not succeed.
     *
     * @param code its exit code; 0 when a signal ended it
     * @param signal the signal that ended it; 0: it exited
     * @param trouble why it could not be run, or why what it gave is of no use; empty when code or signal say it all
     * @param lastStderr its last lines of stderr, oldest first
     * @param startedMillis when it was started, since the epoch, by the clock of its worker; 0: it never was
     */
    record Exited(int code, int signal, String trouble, List<String> lastStderr, long startedMillis)
            implements Failure {
        /** Copies the list. */
        public Exited {
            lastStderr = List.copyOf(lastStderr);
        }

        private String words() {
            if (!trouble.isEmpty()) {
                return trouble;
            }
            return signal != 0 ? "killed by " + Signals.name(signal) : "exit code " + code;
        }
    }

    /** One line for people; equal for failures that are alike. */
    default String headline() {
        if (this instanceof Threw threw) {
            return threw.thrown().headline();
        }
        if (this instanceof TimedOut late) {
            return "ran longer than " + late.millis() / 1000.0 + " s and was stopped";
        }
        if (this instanceof Exited exited) {
            return exited.words();
        }
        if (this instanceof Cancelled) {
            return "was cancelled";
        }
        List<DeathReport> deaths = ((Lost) this).deaths();
        if (deaths.isEmpty()) {
            return "ended its process";
        }
        String times = deaths.size() == 1 ? ", which " : " " + deaths.size() + " times; the last one ";
        return "ended its process" + times + deaths.get(deaths.size() - 1).ending();
    }
}
