/** The worker at work: one thread feeds the pure core what happens and carries out what it decides. */
@NullMarked
package io.sheaf.worker.agent;

import org.jspecify.annotations.NullMarked;
