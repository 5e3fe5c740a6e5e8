/** The mains that start a coordinator, a worker or both, and wire them by hand. */
@NullMarked
package io.sheaf.launcher;

import org.jspecify.annotations.NullMarked;
