package io.sheaf.client.backend;

/** A process of a back end. Safe for use by many threads. */
public interface ProcessRun extends Run {
    /**
     * Ends it, if it has begun and not ended.
     *
     * @param atOnce rather than asking it to
     */
    void signal(boolean atOnce);
}
