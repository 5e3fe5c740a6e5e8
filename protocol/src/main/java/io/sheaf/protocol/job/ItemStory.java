package io.sheaf.protocol.job;

import java.util.List;

/**
 * What became of one item so far.
 *
 * @param index which
 * @param now where it is now, in words
 * @param attempts those that came to nothing, oldest first
 */
public record ItemStory(long index, String now, List<Attempt> attempts) {
    /** Copies the list. */
    public ItemStory {
        attempts = List.copyOf(attempts);
    }
}
