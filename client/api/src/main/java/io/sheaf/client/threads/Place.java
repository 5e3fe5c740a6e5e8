package io.sheaf.client.threads;

/**
 * What an attempt takes of its lane: one thread's place, but for the time in which it waits. That it waits it says itself
 * where it can; else it is seen. Safe for use by many threads.
 */
final class Place {
    private final Lane lane;
    private int waits;
    private boolean free;
    private boolean over;

    Place(Lane lane) {
        this.lane = lane;
    }

    /** It says that it waits from now on. */
    synchronized void begins() {
        waits++;
        free(true);
    }

    /** It goes on after what it has said. */
    synchronized void ends() {
        waits--;
        free(waits > 0);
    }

    /** Its thread was seen to stand still, or to run. */
    synchronized void seen(boolean stands) {
        if (waits == 0 && !over) {
            free(stands);
        }
    }

    /** The thread goes on with other attempts. */
    synchronized void left() {
        free(false);
        over = true;
    }

    /** The thread is not the lane's any more. */
    synchronized void leftBehind() {
        free(true);
        over = true;
    }

    private void free(boolean now) {
        if (now == free || over) {
            return;
        }
        free = now;
        if (now) {
            lane.freePlace();
        } else {
            lane.takePlace();
        }
    }
}
