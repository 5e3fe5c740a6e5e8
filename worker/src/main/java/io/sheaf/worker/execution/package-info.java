/**
 * What a worker decides: which executors there are, which items each gets, what is reported. Pure: a stimulus comes in as
 * a method call of {@link io.sheaf.worker.execution.Execution}, {@link io.sheaf.worker.execution.Command}s come out.
 * {@link io.sheaf.worker.execution.Assignment} hands out in the order of {@link io.sheaf.worker.execution.Turns},
 * {@link io.sheaf.worker.execution.Staffing} starts and ends executors, {@link io.sheaf.worker.execution.Slot} knows what
 * each has, {@link io.sheaf.worker.execution.Accounts} turns what they say into reports,
 * {@link io.sheaf.worker.execution.Stops} and {@link io.sheaf.worker.execution.Recalls} take away what was handed out.
 */
@NullMarked
package io.sheaf.worker.execution;

import org.jspecify.annotations.NullMarked;
