package io.sheaf.protocol.job;

import java.util.List;

/**
 * Who a worker is.
 *
 * @param id its name
 * @param host the host's name
 * @param pid its process
 * @param slots how many items that compute it runs at once
 * @param ioSlots how many items that wait it runs at once, besides
 * @param version the product's version
 * @param labels what it says of itself
 */
public record WorkerInfo(
        WorkerId id, String host, long pid, int slots, int ioSlots, String version, List<Label> labels) {
    /** Copies the list. */
    public WorkerInfo {
        labels = List.copyOf(labels);
    }
}
