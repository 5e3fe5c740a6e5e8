/**
 * What does not fit the coordinator's memory, on disk: {@link io.sheaf.coordinator.spill.Spill} watches the budget,
 * a {@link io.sheaf.coordinator.spill.Shelf} holds the pieces of one job, {@code SpillFiles} the bytes of one shelf.
 */
@NullMarked
package io.sheaf.coordinator.spill;

import org.jspecify.annotations.NullMarked;
