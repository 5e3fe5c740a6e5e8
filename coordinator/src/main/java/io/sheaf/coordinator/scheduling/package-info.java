/**
 * What the coordinator decides: which worker runs which items. Pure: {@link io.sheaf.coordinator.scheduling.TaskScheduler}
 * is told what happened and answers with a {@link io.sheaf.coordinator.scheduling.Reaction}.
 * {@link io.sheaf.coordinator.scheduling.LeaseSize} says how much a worker gets at once.
 */
@NullMarked
package io.sheaf.coordinator.scheduling;

import org.jspecify.annotations.NullMarked;
