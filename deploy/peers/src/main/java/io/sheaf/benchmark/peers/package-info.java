/**
 * Other libraries that run Java tasks in other processes, for the benchmark: {@code PeerMain} opens one and runs a workload
 * on it. Each has two workers of one thread, which {@code Workers} starts.
 */
@NullMarked
package io.sheaf.benchmark.peers;

import org.jspecify.annotations.NullMarked;
