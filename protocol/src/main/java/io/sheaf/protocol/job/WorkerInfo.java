package io.sheaf.protocol.job;

/**
 * Who a worker is.
 *
 * @param id its name
 * @param host the host's name
 * @param pid its process
 * @param slots how many items it runs at once
 * @param version the product's version
 */
public record WorkerInfo(WorkerId id, String host, long pid, int slots, String version) {}
