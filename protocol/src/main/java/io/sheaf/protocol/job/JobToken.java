package io.sheaf.protocol.job;

/**
 * What a task shows to speak to the coordinator for its job, and for nothing else; good until the job ends.
 *
 * @param text begins with {@link #PREFIX}, so that it is never mistaken for a cluster's token
 */
public record JobToken(String text) {
    /** How all of them begin. */
    public static final String PREFIX = "sheaf-job:";

    /** Whether that is one, good or not. */
    public static boolean isOne(String presented) {
        return presented.startsWith(PREFIX);
    }

    /** Not its text: that is nobody else's business. */
    @Override
    public String toString() {
        return "a job's token";
    }
}
