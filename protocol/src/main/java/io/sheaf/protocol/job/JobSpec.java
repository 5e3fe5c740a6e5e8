package io.sheaf.protocol.job;

/**
 * A job as submitted.
 *
 * @param name for people; may be empty
 * @param work what is done with each item
 * @param source where the items come from
 * @param code the class path it needs
 * @param form what results become
 * @param chunkSize at most this many items are handed to a slot at once; 0: adaptive
 * @param live ends with the client's connection, which receives results as they arrive; otherwise the coordinator keeps
 *     them until asked
 */
public record JobSpec(
        String name, Work work, Source source, Bundle code, ResultForm form, int chunkSize, boolean live) {}
