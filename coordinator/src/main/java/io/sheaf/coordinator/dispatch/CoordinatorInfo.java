package io.sheaf.coordinator.dispatch;

import java.util.List;

/**
 * What a coordinator says of itself.
 *
 * @param version of the product
 * @param host its name
 * @param pid its process
 * @param startedAt milliseconds since 1970; the epoch of its leases too
 * @param settings the effective ones, each as {@code key = value (from where)}
 */
public record CoordinatorInfo(String version, String host, long pid, long startedAt, List<String> settings) {}
