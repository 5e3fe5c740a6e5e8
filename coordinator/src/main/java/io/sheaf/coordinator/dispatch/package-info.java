/** The coordinator at work: one thread feeds the scheduler what happens and carries out what it decides. */
@NullMarked
package io.sheaf.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
