/**
 * The real deciding parts of the product, driven together in virtual time: {@link io.sheaf.simulation.Cluster} holds a
 * coordinator and workers, {@link io.sheaf.simulation.Ledger} watches them, {@link io.sheaf.simulation.Chaos} plays a
 * life from a seed. {@link io.sheaf.simulation.SimulationTest} is where to begin.
 */
@NullMarked
package io.sheaf.simulation;

import org.jspecify.annotations.NullMarked;
