package io.sheaf.protocol.job;

/**
 * Why something of a job does not run.
 *
 * @param items how many items it holds up
 * @param worker which worker it is about, or empty: the job as a whole
 * @param words what is waited for, as a whole sentence
 * @param sinceMillis for how long
 */
public record Reason(long items, String worker, String words, long sinceMillis) {}
