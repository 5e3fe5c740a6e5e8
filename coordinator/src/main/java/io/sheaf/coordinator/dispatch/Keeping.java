package io.sheaf.coordinator.dispatch;

import io.sheaf.coordinator.journal.Journal;
import java.util.Optional;

/**
 * What of jobs is kept, and for how long.
 *
 * @param journal where durable jobs are written down; closed with the coordinator. Empty: nothing outlives it
 * @param millis jobs that ended so long ago are forgotten
 * @param bytes of the journal: when it takes more, jobs that have ended are forgotten, the oldest first
 */
public record Keeping(Optional<Journal> journal, long millis, long bytes) {
    /** Nothing outlives the process, and while it lives nothing is forgotten for its age. */
    public static Keeping inMemory() {
        return new Keeping(Optional.empty(), Long.MAX_VALUE, Long.MAX_VALUE);
    }
}
