package io.sheaf;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a job stood when it was asked.
 *
 * @param id its id, as {@code sheaf jobs} shows it
 * @param name for people; may be empty
 * @param state where it is in its life
 * @param counts how many items are where
 * @param submittedAt when it was submitted, by the coordinator's clock
 * @param endedAt when it ended; empty while it has not
 * @param reason why it failed as a whole or was cancelled; else empty
 */
public record JobSummary(
        String id,
        String name,
        State state,
        Counts counts,
        Instant submittedAt,
        Optional<Instant> endedAt,
        Optional<String> reason) {

    /** The life of a job. */
    public enum State {
        /** Accepted; nothing has started. */
        WAITING,
        /** At least one item was handed out. */
        RUNNING,
        /** To end early, but not all workers have confirmed that its items have stopped. */
        CANCELLING,
        /** Every item has a result. */
        SUCCEEDED,
        /** Every item has ended, at least one of them in a failure; or the job cannot run at all. */
        FAILED,
        /** Cancelled, and nothing of it runs any more. */
        CANCELLED;

        /**
         * Whether nothing will change any more.
         *
         * @return true once it is {@link #SUCCEEDED}, {@link #FAILED} or {@link #CANCELLED}
         */
        public boolean isOver() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }

    /**
     * Numbers of items.
     *
     * @param total all; empty while that is not known
     * @param succeeded those with a result
     * @param failed those that failed for good
     * @param running those handed to workers that have not ended
     */
    public record Counts(OptionalLong total, long succeeded, long failed, long running) {}
}
