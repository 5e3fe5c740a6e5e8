package io.sheaf.protocol.job;

/**
 * The right of one worker to run a range of a job's items.
 *
 * @param epoch the coordinator incarnation that granted it; later ones are larger
 * @param number unique within the epoch
 */
public record LeaseId(long epoch, long number) implements Comparable<LeaseId> {

    /** Older ones are less. */
    @Override
    public int compareTo(LeaseId other) {
        return epoch == other.epoch ? Long.compare(number, other.number) : Long.compare(epoch, other.epoch);
    }

    @Override
    public String toString() {
        return epoch + "/" + number;
    }
}
