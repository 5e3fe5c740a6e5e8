/** The program that runs the workloads on Sheaf: {@code ContestantMain} is told when, {@code Rounds} says what. */
@NullMarked
package io.sheaf.benchmark.contestant;

import org.jspecify.annotations.NullMarked;
