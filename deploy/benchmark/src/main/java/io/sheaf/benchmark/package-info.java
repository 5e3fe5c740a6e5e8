/**
 * Sheaf beside its peers, on one machine in one run. Begin at {@code BenchmarkMain}; {@code Workload} says what is run,
 * {@code Contender} who runs it, {@code Contest} takes turns, {@code Figures} and {@code Table} say what came of it.
 */
@NullMarked
package io.sheaf.benchmark;

import org.jspecify.annotations.NullMarked;
