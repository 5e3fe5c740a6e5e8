package io.sheaf.protocol.job;

/**
 * What tasks of a job need to start jobs of their own.
 *
 * @param token for sessions of its tasks
 * @param depth 0 for a job of a client, 1 for one that a task of such a job has started, and so on
 */
public record Nesting(JobToken token, int depth) {}
