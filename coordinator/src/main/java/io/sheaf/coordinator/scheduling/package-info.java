/**
 * Decides which worker runs which items; pure: no threads, no clock, no I/O. Read {@link TaskScheduler} first, then
 * {@code JobEntry}, {@code WorkerEntry}, {@code Placement}, {@code Attempts}, {@code Recalls} and {@code Speculation}.
 */
@org.jspecify.annotations.NullMarked
package io.sheaf.coordinator.scheduling;
