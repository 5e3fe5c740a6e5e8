package io.sheaf.protocol.job;

/** A job of one coordinator; numbered from 1, printed as that number. */
public record JobId(long number) implements Comparable<JobId> {

    @Override
    public int compareTo(JobId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
