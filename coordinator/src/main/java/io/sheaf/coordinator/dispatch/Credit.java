package io.sheaf.coordinator.dispatch;

/** How much a client may send for one job. */
final class Credit {
    private long granted;
    private long received;

    /** At first. */
    Credit(long granted) {
        this.granted = granted;
    }

    /** What may still be sent; negative after the last large item. */
    long unsent() {
        return granted - received;
    }

    /** Items have come; returns whether there was credit for them. */
    boolean take(long cost) {
        boolean had = received < granted;
        received += cost;
        return had;
    }

    void grant(long bytes) {
        granted += bytes;
    }
}
