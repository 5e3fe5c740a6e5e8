package io.sheaf.protocol.job;

/** A worker process, {@code host-xxxxx}: unique among all that ever lived, kept when it joins again. */
public record WorkerId(String name) implements Comparable<WorkerId> {

    @Override
    public int compareTo(WorkerId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
