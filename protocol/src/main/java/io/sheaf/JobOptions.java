package io.sheaf;

import java.util.Objects;

/**
 * How a job is run. Immutable and safe to share; every {@code withX} returns a changed copy.
 *
 * @param name shown by {@code sheaf jobs}; empty (default): named after the function
 * @param chunkSize at most this many items are handed to a slot at once; 0 (default): adaptive, from measured times
 * @param window how many items {@code imap} reads ahead of the oldest result not yet read; 0 (default): adaptive, at
 *     least four per slot
 */
public record JobOptions(String name, int chunkSize, int window) {

    private static final JobOptions DEFAULTS = new JobOptions("", 0, 0);

    /** @throws IllegalArgumentException when {@code chunkSize} or {@code window} is negative */
    public JobOptions {
        Objects.requireNonNull(name, "name");
        if (chunkSize < 0) {
            throw new IllegalArgumentException(
                    "chunkSize must be 0 (adaptive) or more, but is " + chunkSize + "; leave it at 0 when in doubt");
        }
        if (window < 0) {
            throw new IllegalArgumentException(
                    "window must be 0 (adaptive) or more, but is " + window + "; leave it at 0 when in doubt");
        }
    }

    /** The defaults named at each component. */
    public static JobOptions defaults() {
        return DEFAULTS;
    }

    /** These options under another name. */
    public JobOptions withName(String name) {
        return new JobOptions(name, chunkSize, window);
    }

    /** These options with another bound on what a slot is handed at once. */
    public JobOptions withChunkSize(int chunkSize) {
        return new JobOptions(name, chunkSize, window);
    }

    /** These options with another read-ahead. */
    public JobOptions withWindow(int window) {
        return new JobOptions(name, chunkSize, window);
    }
}
