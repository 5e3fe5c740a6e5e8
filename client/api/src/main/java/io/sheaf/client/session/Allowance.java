package io.sheaf.client.session;

/**
 * How many bytes of items the coordinator still takes for one job. Something must be left, but not as much as an item
 * needs, so that one of any size can be sent. Safe for use by many threads.
 */
final class Allowance {
    private long left;
    private boolean over;

    Allowance(long bytes) {
        this.left = bytes;
    }

    synchronized void add(long bytes) {
        left += bytes;
        notifyAll();
    }

    /** Waits until something may be sent; returns false when nothing need be sent any more. */
    synchronized boolean take(long bytes) throws InterruptedException {
        while (left <= 0 && !over) {
            wait();
        }
        left -= bytes;
        return !over;
    }

    /** Takes that without waiting; returns false when it may not be sent now, or not at all. */
    synchronized boolean takeAtOnce(long bytes) {
        if (left <= 0 || over) {
            return false;
        }
        left -= bytes;
        return true;
    }

    /** The job has ended, or the connection: nobody waits any more. */
    synchronized void end() {
        over = true;
        notifyAll();
    }
}
