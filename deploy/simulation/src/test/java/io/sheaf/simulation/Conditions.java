package io.sheaf.simulation;

import static io.sheaf.simulation.VirtualTime.MICRO;
import static io.sheaf.simulation.VirtualTime.MILLI;

/**
 * How fast and how faithful the surroundings are, in nanoseconds and probabilities.
 *
 * @param delay one way between coordinator and worker, at least
 * @param jitter what may be added to it
 * @param pipe one way between worker and executor
 * @param step what a shell needs from a message to what it does about it
 * @param start until an executor is ready
 * @param fetch until code is at a worker
 * @param channels whether the reliable channel of the product runs between the ends, over a path that is not reliable
 * @param loss how probably such a path loses a parcel; the same for repeating it
 */
record Conditions(
        long delay, long jitter, long pipe, long step, long start, long fetch, boolean channels, double loss) {

    /** A quiet network of one data centre. */
    static Conditions realistic() {
        return new Conditions(500 * MICRO, 0, 15 * MICRO, 10 * MICRO, 300 * MILLI, MILLI, false, 0);
    }

    Conditions withJitter(long nanos) {
        return new Conditions(delay, nanos, pipe, step, start, fetch, channels, loss);
    }

    Conditions withChannels(double lost) {
        return new Conditions(delay, jitter, pipe, step, start, fetch, true, lost);
    }

    Conditions withStart(long nanos) {
        return new Conditions(delay, jitter, pipe, step, nanos, fetch, channels, loss);
    }
}
