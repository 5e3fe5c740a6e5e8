/**
 * What a worker decides: which executors there are, which items each gets, what is reported. Pure: a stimulus comes in as
 * a method call of {@link io.sheaf.worker.execution.Execution}, {@link io.sheaf.worker.execution.Command}s come out.
 * {@link io.sheaf.worker.execution.Assignment} hands out, {@link io.sheaf.worker.execution.Slot} accounts.
 */
@NullMarked
package io.sheaf.worker.execution;

import org.jspecify.annotations.NullMarked;
