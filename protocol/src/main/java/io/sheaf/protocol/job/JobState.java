package io.sheaf.protocol.job;

/** The life of a job. */
public enum JobState {
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

    /** Whether nothing will change any more. */
    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    /** Whether a job in this state may come to be in the other. */
    public boolean mayBecome(JobState next) {
        return switch (this) {
            case WAITING -> next != WAITING;
            case RUNNING -> next != WAITING && next != RUNNING;
            case CANCELLING -> next == CANCELLED || next == FAILED;
            case SUCCEEDED, FAILED, CANCELLED -> false;
        };
    }
}
