package io.sheaf.protocol.job;

/** A job of one coordinator; numbered from 1, printed as that number. */
public record JobId(long number) implements Comparable<JobId> {

    @Override
    public int compareTo(JobId other) {
        return Long.compare(number, other.number);
    }

    /** Written out: what records get by themselves is slow where this is asked for each of a million items. */
    @Override
    public boolean equals(Object other) {
        return other instanceof JobId that && number == that.number;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(number);
    }

    @Override
    public String toString() {
        return Long.toString(number);
    }
}
