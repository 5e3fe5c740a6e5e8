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

    /** One line for people; equal for failures that are alike. */
    default String headline() {
        if (this instanceof Threw threw) {
            return threw.thrown().headline();
        }
        if (this instanceof TimedOut late) {
            return "ran longer than " + late.millis() / 1000.0 + " s and was stopped";
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
